import { type BacktestedDeployment, countsInScore } from './backtest-deployment.ts';

/* How good a trigger is, by deployments whose end is known and that could be read. What nobody has labelled counts neither way. */

export interface BacktestScore {
  /** Bad ones on which it fired, and did not. */
  caught: number;
  missed: number;
  /** Good ones on which it fired, and did not. */
  falselyAccused: number;
  leftAlone: number;
  /** Firings on good ones: one may fire several times. */
  falseAlarms: number;
  /** By the time that good ones were judged, which is much less than the time asked for; null where there was none. */
  falseAlarmsPerWeek: number | null;
  /** For so long good ones were judged, in milliseconds: slots in which there was something to judge. */
  judgedMs: number;
  /** Share of those on which it fired that are bad; null where it fired on none that is labelled. */
  precision: number | null;
  /** Share of the bad ones on which it fired; null without a bad one. */
  recall: number | null;
  /** The median of the lead times, in milliseconds; null without any. */
  medianLeadMs: number | null;
}

const weekMs = 7 * 86_400_000;

/** What a score is made of: no points, so that of thousands little is kept. */
export type Scored = Pick<
  BacktestedDeployment,
  'label' | 'outcome' | 'firings' | 'leadMs' | 'answered' | 'isPartlyRead' | 'isLeftOpen'
>;

export function scoreOf(tested: readonly Scored[], intervalMs: number): BacktestScore {
  const counted = tested.filter(countsInScore);
  const [bad, good] = (['bad', 'good'] as const).map((label) => counted.filter((one) => one.label === label));
  const fired = (of: readonly Scored[] = []) => of.filter(({ outcome }) => outcome === 'fired').length;
  const [caught, falselyAccused] = [fired(bad), fired(good)];
  const falseAlarms = sum(good, ({ firings }) => firings.length);
  // What was judged of a long watch was judged, also where its end is open.
  const timed = tested.filter((one) => one.label === 'good' && countsInScore({ ...one, isLeftOpen: false }));
  const judgedMs = sum(timed, ({ answered }) => answered) * intervalMs;
  return {
    ...{ caught, missed: (bad?.length ?? 0) - caught },
    ...{ falselyAccused, leftAlone: (good?.length ?? 0) - falselyAccused, falseAlarms, judgedMs },
    falseAlarmsPerWeek: judgedMs === 0 ? null : (falseAlarms * weekMs) / judgedMs,
    precision: share(caught, caught + falselyAccused),
    recall: share(caught, bad?.length ?? 0),
    medianLeadMs: median(counted.flatMap(({ leadMs }) => leadMs ?? [])),
  };
}

function sum(of: readonly Scored[] = [], count: (one: Scored) => number): number {
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
