import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useId } from 'react';
import { useNow } from '../clock/use-now.ts';
import { releaseText } from '../run/release.tsx';
import { releaseName } from '../run/release-names.ts';
import { lossesInWords } from './losses/loss-words.ts';
import { NameLosses } from './losses/name-losses.tsx';
import { RequestedRun } from './requested-run.tsx';
import classes from './rollback-button.module.css';
import type { useWayBack } from './use-way-back.ts';

interface RollbackButtonProps {
  way: ReturnType<typeof useWayBack>;
  /** Something fires or is pending: the button is the obvious one. Otherwise it stays calm. */
  urgent: boolean;
  /** Shows the key that presses it. */
  keyHint?: boolean;
}

/** The one obvious button. What follows the press is in the bar; the button stays at its place until the run has begun. */
export function RollbackButton({ way, urgent, keyHint = false }: RollbackButtonProps) {
  const now = useNow();
  const { target, problem, isPressed, run, naming } = way;
  if (run && !isPressed) return <RequestedRun run={run} />;
  if ((problem !== null || target === null) && !isPressed) return <CannotRollBack problem={problem} />;
  if (target === null) return null;
  const { losses, missing } = naming;
  const button = (
    <Button
      className={classes.button}
      variant={urgent && missing.length === 0 ? 'filled' : 'default'}
      leftSection={<IconArrowBackUp size="1.125rem" />}
      rightSection={keyHint ? <Kbd size="xs">r</Kbd> : undefined}
      onClick={isPressed ? undefined : way.press}
      {...(isPressed ? { 'aria-disabled': true, 'data-disabled': true } : {})}
      aria-keyshortcuts={keyHint ? 'r' : undefined}
    >
      {isPressed
        ? `Pressed: back to ${releaseName(target)}`
        : missing.length > 0
          ? `Name what is lost to roll back to ${releaseText(target, now)}`
          : `Roll back to ${releaseText(target, now)}${losses.length > 0 ? ` and lose ${lossesInWords(losses)}` : ''}`}
    </Button>
  );
  if (losses.length === 0 || isPressed) return button;
  return (
    <div className={classes.naming}>
      <NameLosses {...naming} press={way.press} letter={keyHint ? 'r' : null} />
      {button}
    </div>
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
      <div id={reason} className={classes.reason}>
        {(problem ?? 'No earlier release is known to be good.').split('\n').map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  );
}
