import type { Deployment } from '../deployment/deployment.ts';
import type { Requester } from '../rollback/run.ts';
import type { BacktestLabel } from './backtest-deployment.ts';
import { backtestLabelOf, knownBadAt } from './backtest-label.ts';

/** A rollback that changed something of a deployment, verified or not. */
export interface TakenBack {
  /** When it was asked for: so long it took until somebody, or something, called the deployment bad. */
  at: number;
  by: Requester;
  /** It was asked for because of another one, which this one went back with. */
  wentAlong: boolean;
}

export interface PastLabel {
  label: BacktestLabel;
  badAt: number | null;
  /** "rolled back by ada" */
  words: string;
  /** The trigger that took it back by itself: that it caught this one proves nothing of it. Null where it was not one. */
  ownTrigger: string | null;
}

/** A deployment that somebody has seen bad enough to take it back is bad, whether or not that worked. */
export function pastLabelOf(deployment: Deployment, takenBack: TakenBack | null): PastLabel {
  const wentAlong = takenBack?.wentAlong ?? false;
  const seen: Deployment = takenBack
    ? { ...deployment, status: 'rolled_back', rolledBackAt: takenBack.at }
    : deployment;
  const label = backtestLabelOf(seen, wentAlong);
  const isItsOwn = label === 'bad' && !wentAlong && takenBack?.by.kind === 'automatic';
  return {
    ...{ label, badAt: knownBadAt(seen, wentAlong) },
    words: wordsOf(seen, takenBack),
    ownTrigger: isItsOwn && takenBack.by.kind === 'automatic' ? takenBack.by.trigger : null,
  };
}

function wordsOf({ mark, status, proof }: Deployment, takenBack: TakenBack | null): string {
  if (mark) return `marked ${mark.verdict} by ${mark.by}${mark.note === null ? '' : `: ${mark.note}`}`;
  if (takenBack?.wentAlong) return 'went back along with another service';
  if (takenBack) {
    const { by } = takenBack;
    return `rolled back by ${by.kind === 'automatic' ? by.trigger : by.name}`;
  }
  if (status === 'rolled_back') return 'rolled back';
  return proof === 'verified' ? 'verified' : 'nothing proves what it was, and nobody has marked it';
}
