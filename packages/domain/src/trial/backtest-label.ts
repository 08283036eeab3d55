import type { Deployment } from '../deployment/deployment.ts';
import type { BacktestLabel } from './backtest-deployment.ts';

/**
 * What a deployment counts as when triggers are tried on the past. A person's mark wins over what became of it; without one, what
 * was rolled back was bad, unless it only went along with another one in a group, and what was verified was good. Nobody can say
 * of the rest: what failed to come out, what was replaced in its watch, what served when Lastgood first looked.
 */
export function backtestLabelOf(
  { mark, status, proof }: Pick<Deployment, 'mark' | 'status' | 'proof'>,
  wentAlong = false,
): BacktestLabel {
  if (mark) return mark.verdict;
  if (status === 'rolled_back') return wentAlong ? null : 'bad';
  return proof === 'verified' ? 'good' : null;
}

/**
 * When it was known to be bad, in epoch milliseconds; null where it was not, or nobody knows when. A mark that was made after its
 * watch is hindsight: it tells that it was bad, and not when somebody saw it.
 */
export function knownBadAt(
  deployment: Pick<Deployment, 'mark' | 'status' | 'proof' | 'rolledBackAt' | 'watchClosedAt'>,
  wentAlong = false,
): number | null {
  if (backtestLabelOf(deployment, wentAlong) !== 'bad') return null;
  const { mark, rolledBackAt, watchClosedAt } = deployment;
  const markedAt = mark && mark.at <= (watchClosedAt ?? mark.at) ? mark.at : null;
  const takenBackAt = wentAlong ? null : rolledBackAt;
  if (markedAt === null || takenBackAt === null) return markedAt ?? takenBackAt;
  return Math.min(markedAt, takenBackAt);
}
