import type { Series } from '../series.ts';

/** The samples of one series inside a window, without staleness marks. */
export interface Window {
  times: number[];
  values: number[];
}

/** The samples with `from <= time <= to`: closed on both sides, as Prometheus had it until 3.0. */
export function windowOf(series: Series, from: number, to: number): Window {
  const window: Window = { times: [], values: [] };
  const last = series.lastIndexAt(to);
  for (let index = series.lastIndexAt(from - 1) + 1; index <= last; index += 1) {
    if (series.staleAt(index)) continue;
    window.times.push(series.timeAt(index));
    window.values.push(series.valueAt(index));
  }
  return window;
}

/**
 * `increase` over the window, per second where `perSecond`; null with fewer than two samples. Resets are added back and
 * the result is stretched to the window's edges by Prometheus's own rule:
 * https://github.com/prometheus/prometheus/blob/v2.42.0/promql/functions.go (extrapolatedRate)
 */
export function extrapolatedRate(
  window: Window,
  from: number,
  to: number,
  perSecond: boolean,
): number | null {
  const { times, values } = window;
  const [firstTime, lastTime, firstValue] = [times[0], times.at(-1), values[0]];
  if (times.length < 2 || firstTime === undefined || lastTime === undefined || firstValue === undefined)
    return null;
  const grown = growth(values);
  const sampledSeconds = (lastTime - firstTime) / 1000;
  const averageGap = sampledSeconds / (times.length - 1);
  const stretch = (edgeSeconds: number) => (edgeSeconds < averageGap * 1.1 ? edgeSeconds : averageGap / 2);

  let toStart = (firstTime - from) / 1000;
  // A counter is not stretched to before the moment it must have been zero.
  if (grown > 0 && firstValue >= 0) toStart = Math.min(toStart, sampledSeconds * (firstValue / grown));
  const stretched = sampledSeconds + stretch(toStart) + stretch((to - lastTime) / 1000);

  let factor = stretched / sampledSeconds;
  if (perSecond) factor /= (to - from) / 1000;
  return grown * factor;
}

/** Last minus first, with what was lost at every reset added back. */
function growth(values: readonly number[]): number {
  let previous = values[0] ?? Number.NaN;
  let grown = (values.at(-1) ?? Number.NaN) - previous;
  for (const value of values) {
    if (value < previous) grown += previous;
    previous = value;
  }
  return grown;
}
