import { type DeploymentReadings, deploymentReadings, type TriggerSeries } from '@lastgood/api-client';
import { queryOptions } from '@tanstack/react-query';
import { joinPoints } from './chart-story.ts';

/** So many answers of 250 KB at most are drawn before the newest one: more points than a chart can show. */
const mostPages = 5;

export type Earlier = Pick<DeploymentReadings, 'from' | 'earlierTo' | 'series'>;

/** The readings of a deployment up to this instant, which one answer had no room for: page after page, the newest first. */
export const earlierReadings = (id: string, earlierTo: string | null | undefined, isWanted = true) =>
  queryOptions({
    queryKey: ['earlierReadings', id, earlierTo],
    queryFn: ({ signal }) => loadEarlier(earlierTo ?? '', (to) => deploymentReadings(id, { to }, { signal })),
    enabled: isWanted && typeof earlierTo === 'string',
    // What is past stays as it is.
    staleTime: Number.POSITIVE_INFINITY,
    // While those up to a later instant are asked for.
    placeholderData: (before, of) => (of?.queryKey[1] === id ? before : undefined),
  });

/** @param ask for the readings up to an instant, itself included */
export async function loadEarlier(
  to: string,
  ask: (to: string) => Promise<DeploymentReadings>,
): Promise<Earlier> {
  const newest = await ask(to);
  let earlier: Earlier = newest;
  for (let page = 1; page < mostPages && earlier.earlierTo !== null; page += 1) {
    const before = await ask(earlier.earlierTo);
    earlier = { ...before, series: joinSeries(before, earlier.series) };
  }
  return earlier;
}

/** The same series from earlier on. The same parts give the same arrays of points. */
export function joinSeries(
  earlier: Pick<Earlier, 'series'> | undefined,
  series: readonly TriggerSeries[],
): TriggerSeries[] {
  if (!earlier) return [...series];
  const before = new Map(earlier.series.map((one) => [one.trigger, one.points]));
  return series.map((one) => {
    const points = before.get(one.trigger) ?? [];
    return points.length === 0 ? one : { ...one, points: joinPoints(points, [one.points]) };
  });
}

/** From when on the charts have readings, epoch ms, where there are older ones that are not here; null where there are none. */
export function beginsAt(
  newest: Pick<DeploymentReadings, 'from' | 'earlierTo'> | undefined,
  earlier: Pick<Earlier, 'from' | 'earlierTo'> | undefined,
): number | null {
  const oldest = earlier ?? newest;
  return newest?.earlierTo && oldest?.earlierTo ? Date.parse(oldest.from) : null;
}
