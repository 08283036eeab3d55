import type { BacktestedDeployment } from './backtest-deployment.ts';

/* How good a trigger is, by deployments whose end is known. What nobody has labelled counts neither for nor against it. */

export interface BacktestScore {
  /** Bad ones on which it fired, and did not. */
  caught: number;
  missed: number;
  /** Good ones on which it fired, and did not. */
  falselyAccused: number;
  leftAlone: number;
  /** Firings on good ones: one may fire several times. */
  falseAlarms: number;
  /** By the time that good ones were judged; null where there was none. */
  falseAlarmsPerWeek: number | null;
  /** Share of those on which it fired that are bad; null where it fired on none that is labelled. */
  precision: number | null;
  /** Share of the bad ones on which it fired; null without a bad one. */
  recall: number | null;
  /** The median of the lead times, in milliseconds; null without any. */
  medianLeadMs: number | null;
}

const weekMs = 7 * 86_400_000;

export function scoreOf(tested: readonly BacktestedDeployment[], intervalMs: number): BacktestScore {
  const [bad, good] = (['bad', 'good'] as const).map((label) => tested.filter((one) => one.label === label));
  const fired = (of: readonly BacktestedDeployment[] = []) => of.filter(({ firings }) => firings.length > 0);
  const [caught, falselyAccused] = [fired(bad).length, fired(good).length];
  const falseAlarms = sum(good, ({ firings }) => firings.length);
  const judgedMs = sum(good, ({ points }) => points.length) * intervalMs;
  return {
    ...{ caught, missed: (bad?.length ?? 0) - caught },
    ...{ falselyAccused, leftAlone: (good?.length ?? 0) - falselyAccused, falseAlarms },
    falseAlarmsPerWeek: judgedMs === 0 ? null : (falseAlarms * weekMs) / judgedMs,
    precision: share(caught, caught + falselyAccused),
    recall: share(caught, bad?.length ?? 0),
    medianLeadMs: median(tested.flatMap(({ leadMs }) => leadMs ?? [])),
  };
}

function sum(of: readonly BacktestedDeployment[] = [], count: (one: BacktestedDeployment) => number): number {
  return of.reduce((all, one) => all + count(one), 0);
}

function share(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
