import type { Run } from '@lastgood/api-client';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useLiveState } from '../../live/live-provider.tsx';
import { moveName, releaseName } from '../../run/release-names.ts';
import classes from './act-bar.module.css';
import { BarRow } from './bar-row.tsx';
import { useCountdown } from './use-countdown.ts';

interface RunRowProps {
  run: Run;
  /** Why the last Undo was refused. */
  refusal: Error | null;
  undo: ReactNode;
}

/** A run before its start: the seconds since the server has it, and Undo; then what became of it. */
export function RunRow({ run, refusal, undo }: RunRowProps) {
  const left = useCountdown(run);
  const lost = useLiveState().phase === 'lost';
  const move = (
    <>
      <strong>{run.serviceName}</strong> {moveName(run.from, run.target)}
    </>
  );
  if (run.status !== 'queued') return <Ended run={run} move={move} />;
  const waitMs = Math.max(1, Date.parse(run.startsAt) - Date.parse(run.createdAt));
  return (
    <BarRow
      title={<>Rolling back {move}</>}
      aside={
        <span role="timer" aria-live="off">
          {left === null ? 'now' : <span className={classes.seconds}>in {Math.ceil(left / 1000)} s</span>}
        </span>
      }
      left={Math.min(1, (left ?? 0) / waitMs)}
      note={
        refusal ? (
          <p className={classes.refused} role="alert">
            Not undone: {refusal.message} <Link to={`/runs/${run.id}`}>Stop it safely on its page</Link>
          </p>
        ) : (
          left === null && lost && 'The line is lost: whether it has started is not known.'
        )
      }
      undo={undo}
    />
  );
}

function Ended({ run, move }: { run: Run; move: ReactNode }) {
  const open = <Link to={`/runs/${run.id}`}>Open the run</Link>;
  if (run.status === 'cancelled')
    return (
      <BarRow
        meaning="quiet"
        title="Undone. Nothing was changed."
        note={`${run.serviceName} still runs ${releaseName(run.from)}.`}
        choices={open}
      />
    );
  return <BarRow meaning="act" title={<>Started: {move}</>} choices={open} />;
}
