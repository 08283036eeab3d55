import type { Run } from '@lastgood/api-client';
import { Button, Kbd } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { serverClock } from '../time/server-clock.ts';
import { undoLeftMs } from './step-progress.ts';
import classes from './undo-countdown.module.css';
import { useUndo } from './use-run-actions.ts';

/** The second click of a double click must not undo what the first one did. */
const deafMs = 500;

/** The seconds between the press and the start, with the way back. */
export function UndoCountdown({ run }: { run: Run }) {
  const left = useLeftMs(run);
  const undo = useUndo(run);
  const shownAt = useRef(Date.now());
  const takeBack = () => {
    if (Date.now() - shownAt.current < deafMs || undo.isPending || left === null) return;
    undo.mutate();
  };
  useHotkeys([['u', takeBack]]);
  if (left === null)
    return <p className={classes.starting}>Starting the rollback to {run.target.release}.</p>;
  const seconds = Math.ceil(left / 1000);
  const waitMs = Date.parse(run.startsAt) - Date.parse(run.createdAt);
  return (
    <div className={classes.countdown}>
      <p role="timer" aria-live="off" className={classes.words}>
        Rolling back to {run.target.release} in <strong>{seconds} s</strong>
      </p>
      <div className={classes.track} aria-hidden>
        <div style={{ transform: `scaleX(${Math.min(1, left / waitMs)})` }} />
      </div>
      <Button
        variant="default"
        h="var(--tap)"
        onClick={takeBack}
        rightSection={<Kbd size="xs">u</Kbd>}
        loading={undo.isPending}
        aria-label="Undo: do not roll back"
      >
        Undo
      </Button>
    </div>
  );
}

/** Milliseconds left, ten times a second, because three seconds are too short for a clock of seconds. */
function useLeftMs(run: Run): number | null {
  const read = () => undoLeftMs(run, Date.now() + serverClock.offsetMs());
  const [, tick] = useState(0);
  const over = read() === null;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => tick((count) => count + 1), 100);
    return () => clearInterval(timer);
  }, [over]);
  return read();
}
