import type { Run } from '@lastgood/api-client';
import { Link } from 'react-router';
import { useLiveState } from '../../live/live-provider.tsx';
import { moveName, releaseName } from '../../run/release-names.ts';
import classes from './act-bar.module.css';
import type { BarWords } from './bar-row.tsx';
import { useCountdown } from './use-countdown.ts';

/**
 * Of a run before its start: the seconds since the server has it; then what became of it. Null without a run.
 *
 * @param refusal why the last Undo was refused
 */
export function useRunWords(run: Run | undefined, refusal: Error | null): BarWords | null {
  const left = useCountdown(run);
  const lost = useLiveState().phase === 'lost';
  if (!run) return null;
  if (run.status !== 'queued') return endedWords(run);
  const waitMs = Math.max(1, Date.parse(run.startsAt) - Date.parse(run.createdAt));
  return {
    title: <>Rolling back {moveOfRun(run)}</>,
    aside: (
      <span role="timer" aria-live="off">
        {left === null ? 'now' : <span className={classes.seconds}>in {Math.ceil(left / 1000)} s</span>}
      </span>
    ),
    left: Math.min(1, (left ?? 0) / waitMs),
    note: refusal ? (
      <p className={classes.refused} role="alert">
        Not undone: {refusal.message} <Link to={`/runs/${run.id}`}>Stop it safely on its page</Link>
      </p>
    ) : (
      left === null && lost && 'The line is lost: whether it has started is not known.'
    ),
  };
}

function endedWords(run: Run): BarWords {
  const choices = <Link to={`/runs/${run.id}`}>Open the run</Link>;
  if (run.status !== 'cancelled') return { meaning: 'act', title: <>Started: {moveOfRun(run)}</>, choices };
  return {
    meaning: 'quiet',
    title: 'Undone. Nothing was changed.',
    note: `${run.serviceName} still runs ${releaseName(run.from)}.`,
    choices,
  };
}

function moveOfRun(run: Run) {
  return (
    <>
      <strong>{run.serviceName}</strong> {moveName(run.from, run.target)}
    </>
  );
}
