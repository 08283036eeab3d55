import type { BacktestDeployment } from '@lastgood/api-client';

type Points = BacktestDeployment['points'];

/** A stretch in which the trigger is in breach, epoch ms. */
export interface Hold {
  phase: 'pending' | 'firing';
  from: number;
  to: number;
}

/** The distance of the points of a chart, in ms: the least there is. */
export function stepMs(points: Points): number {
  const times = points.map(({ at }) => Date.parse(at));
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return steps.length === 0 ? 1_000 : Math.min(...steps.filter((step) => step > 0));
}

/** Where it would have been pending, and where firing; each lasts until the point in which it no longer is. */
export function holdsOf(points: Points): Hold[] {
  const step = stepMs(points);
  const holds: Hold[] = [];
  for (const { at, phase } of points) {
    const from = Date.parse(at);
    const last = holds.at(-1);
    if (last && last.to >= from && last.phase !== phase) last.to = from;
    if (phase !== 'pending' && phase !== 'firing') continue;
    if (last && last.phase === phase && last.to >= from) last.to = from + step;
    else holds.push({ phase, from, to: from + step });
  }
  return holds;
}
