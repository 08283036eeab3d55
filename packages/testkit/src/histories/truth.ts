import { type Deployment, lookEveryMs, workloadChanges } from '@lastgood/domain';
import { stepMs, type Watch } from './history.ts';

/** What was true of the workload in one step, written down beside the product and never read by it. */
export interface Moment {
  at: number;
  /** The template of the ready pods; null when none is ready. */
  serves: string | null;
  /** Every replica that is wanted, at least one, is a ready pod of the template that is wanted. */
  isComplete: boolean;
  isErring: boolean;
  /** Somebody could have seen whether it errs. */
  isSeen: boolean;
}

/** A breach that lasts this much longer than it must, while everybody looks, has fired: a slot, and a step. */
const firesAfterMs = 15_000 + stepMs;

/** Why a release may not be called good, judged by what was true; null when it may. */
export function wrongCalledGood(
  deployment: Deployment,
  moments: readonly Moment[],
  { forMs }: Watch,
): string | null {
  const template = workloadChanges(deployment)[0]?.after?.templateDigest;
  if (!template) return 'it has no template';
  if (deployment.proof === 'presumed_good') return wrongPresumed(deployment, template, moments);
  const { completedAt, watchEndsAt, watchClosedAt } = deployment;
  if (completedAt === null || watchEndsAt === null || watchClosedAt === null) return 'it never had a window';
  const window = moments.filter(({ at }) => at >= completedAt && at < watchEndsAt);
  const served = window.filter((moment) => moment.isComplete && moment.serves === template);
  const slots = (some: readonly Moment[]) =>
    new Set(some.map(({ at }) => Math.floor((at - completedAt) / lookEveryMs))).size;
  const [good, due] = [slots(served), Math.floor((watchEndsAt - completedAt) / lookEveryMs)];
  if (good < due * 0.9) return `it served completely in ${good} of ${due} slots of its window`;
  if (served.length < window.length * 0.75)
    return `it served completely for ${served.length} of ${window.length} steps of its window`;
  const healthy = slots(window.filter(({ isErring, isSeen }) => isSeen && !isErring));
  if (healthy < due * 0.8) return `it could be seen healthy in ${healthy} of ${due} slots of its window`;
  const end = moments.filter(
    ({ at }) => at > watchClosedAt - 2 * lookEveryMs - stepMs && at <= watchClosedAt,
  );
  if (!end.some((moment) => moment.isComplete && moment.serves === template))
    return 'it did not serve when its watch was closed';
  const last = moments.filter(({ at }) => at > watchClosedAt - lookEveryMs && at <= watchClosedAt);
  if (last.every(({ isErring, isSeen }) => isErring && isSeen)) return 'it erred when its watch was closed';
  return longestBreachMs(moments, completedAt, watchClosedAt) >= forMs + firesAfterMs
    ? 'it erred for long enough to fire'
    : null;
}

function wrongPresumed(
  { completedAt }: Deployment,
  template: string,
  moments: readonly Moment[],
): string | null {
  const first = moments.findLast(({ at }) => at <= (completedAt ?? 0));
  return first?.serves === template ? null : 'it did not serve when it was first seen';
}

function longestBreachMs(moments: readonly Moment[], from: number, to: number): number {
  let [longest, current] = [0, 0];
  for (const { at, isErring, isSeen } of moments) {
    const isBreach = at >= from && at < to && isErring && isSeen;
    current = isBreach ? current + stepMs : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
