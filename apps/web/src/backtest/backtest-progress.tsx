import { Progress } from '@mantine/core';
import { Refused } from '../shell/refused.tsx';
import type { BacktestState } from './use-backtest.ts';

/** How far it is, or how it ended where it has no result. */
export function BacktestProgressLine({ state }: { state: BacktestState }) {
  const { status, progress, error } = state;
  if (status === 'failed') return <Refused error={error} />;
  if (status === 'cancelled')
    return (
      <p role="status">
        Cancelled{progress ? ` after ${progress.words}` : ''}. A part of them gives no score.
      </p>
    );
  if (status !== 'running') return null;
  const share = progress && progress.of > 0 ? (progress.done / progress.of) * 100 : 0;
  return (
    <div>
      <p role="status">{progress ? `${progress.words} judged.` : 'Looking for deployments…'}</p>
      <Progress.Root size="lg">
        <Progress.Section value={share} aria-label="Deployments judged" />
      </Progress.Root>
    </div>
  );
}
