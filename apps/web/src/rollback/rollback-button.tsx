import type { ReleaseRef } from '@lastgood/api-client';
import { useRunView } from '@lastgood/api-client/queries';
import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useId } from 'react';
import { useNow } from '../clock/use-now.ts';
import { releaseText } from '../run/release.tsx';
import { RequestedRun } from './requested-run.tsx';
import classes from './rollback-button.module.css';
import type { useRollback } from './use-rollback.ts';

interface RollbackButtonProps {
  target: ReleaseRef | null;
  /** Why it cannot work, with the next best thing; null when it can. */
  problem: string | null;
  /** Something fires or is pending: the button is the obvious one. Otherwise it stays calm. */
  urgent: boolean;
  rollback: ReturnType<typeof useRollback>;
  /** Shows the key that presses it. */
  keyHint?: boolean;
}

/** The one obvious button. After the press it becomes the countdown with *Undo*, then the run. */
export function RollbackButton({ target, problem, urgent, rollback, keyHint = false }: RollbackButtonProps) {
  const now = useNow();
  const pressed = useRunView(rollback.run?.id ?? '', { query: { enabled: rollback.run !== undefined } });
  const run = pressed.data?.run ?? rollback.run;
  if (run && run.status !== 'cancelled') return <RequestedRun run={run} />;
  if (problem !== null || target === null) return <CannotRollBack problem={problem} />;
  return (
    <>
      <Button
        className={classes.button}
        variant={urgent ? 'filled' : 'default'}
        leftSection={<IconArrowBackUp size="1.125rem" />}
        rightSection={keyHint ? <Kbd size="xs">r</Kbd> : undefined}
        onClick={() => rollback.press()}
        loading={rollback.sending && !rollback.resending}
        aria-keyshortcuts={keyHint ? 'r' : undefined}
      >
        {rollback.resending ? 'Not answered; sending again' : `Roll back to ${releaseText(target, now)}`}
      </Button>
      {run?.status === 'cancelled' && <p className={classes.undone}>Undone. Nothing was changed.</p>}
    </>
  );
}

function CannotRollBack({ problem }: { problem: string | null }) {
  const reason = useId();
  return (
    <div className={classes.cannot}>
      <Button
        className={classes.button}
        variant="default"
        aria-disabled
        data-disabled
        aria-describedby={reason}
      >
        Cannot roll back
      </Button>
      <p id={reason} className={classes.reason}>
        {problem ?? 'No earlier release is known to be good.'}
      </p>
    </div>
  );
}
