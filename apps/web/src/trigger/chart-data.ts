import type { TriggerSeries, TriggerView } from '@lastgood/api-client';

/** What of readings is drawn. */
export type ChartedPoints = readonly Pick<
  TriggerSeries['points'][number],
  'at' | 'value' | 'kind' | 'threshold'
>[];

export interface ChartPoint {
  at: number;
  value: number | null;
  /** Why there is no number; null where there is one. */
  gap: string | null;
  /** What it was held against, where the trigger has been declared otherwise since. */
  threshold?: number;
}

/** A stretch of time, epoch ms, in which readings were held against one threshold. */
export interface ThresholdSpan {
  from: number;
  to: number;
  threshold: number;
}

export interface Gap {
  /** The kind of its readings, or `missed`. */
  kind: string;
  /** Epoch ms. */
  from: number;
  to: number;
}

/**
 * A series as a chart draws it from `from` (epoch ms) on: slots that were missed become gaps like readings without a
 * number, because the absence of data is not a value and a line across it would be an invention.
 */
export function chartPoints(points: ChartedPoints, from: number, intervalSeconds: number): ChartPoint[] {
  const longest = intervalSeconds * 1000 * 1.9;
  const drawn: ChartPoint[] = [];
  for (const point of points) {
    const at = Date.parse(point.at);
    if (at < from) continue;
    const last = drawn.at(-1);
    if (last && at - last.at > longest) {
      drawn.push({ at: last.at + 1, value: null, gap: 'missed' }, { at: at - 1, value: null, gap: 'missed' });
    }
    const { value, kind, threshold } = point;
    drawn.push({
      ...{ at, value, gap: value === null ? kind : null },
      ...(threshold === undefined ? {} : { threshold }),
    });
  }
  return drawn;
}

/** The stretches without numbers, each for one reason, from the number before to the one after. */
export function gaps(points: readonly ChartPoint[]): Gap[] {
  const found: Gap[] = [];
  let open: Gap | null = null;
  points.forEach((point, index) => {
    if (open) open.to = point.at;
    if (open?.kind === point.gap) return;
    const before = points[index - 1];
    const from = before?.gap === null ? before.at : point.at;
    open = point.gap === null ? null : { kind: point.gap, from, to: point.at };
    if (open) found.push(open);
  });
  return found;
}

/** Instants of numbers that stand between two gaps: no line is drawn to them, so each is a dot. */
export function lonePoints(points: readonly ChartPoint[]): Set<number> {
  const isNumber = (point: ChartPoint | undefined) => point !== undefined && point.value !== null;
  return new Set(
    points.flatMap((point, index) =>
      isNumber(point) && !isNumber(points[index - 1]) && !isNumber(points[index + 1]) ? [point.at] : [],
    ),
  );
}

/** Lowest and highest of the value axis: always with zero and every threshold inside and room above both. */
export function valueRange(points: readonly ChartPoint[], ...thresholds: number[]): [number, number] {
  const known = points.map((point) => point.value).filter((value) => value !== null);
  const low = Math.min(0, ...thresholds, ...known);
  const high = Math.max(...thresholds.map((one) => one * 1.35), ...known.map((value) => value * 1.1));
  return [low, high > low ? high : low + 1];
}

/**
 * Over an axis the thresholds that its readings were held against, each until the first reading with another one. `now` is what a
 * reading without one of its own has, and what is drawn where nothing was read.
 */
export function thresholdSpans(
  points: readonly ChartPoint[],
  now: number,
  { from, to }: { from: number; to: number },
): ThresholdSpan[] {
  const spans: ThresholdSpan[] = [];
  for (const { at, gap, threshold = now } of points) {
    // A slot that nobody judged was held against nothing.
    if (gap === 'missed' || at > to) continue;
    const last = spans.at(-1);
    if (last?.threshold === threshold) continue;
    if (last) last.to = at;
    spans.push({ from: last ? at : from, to, threshold });
  }
  return spans.length === 0 ? [{ from, to, threshold: now }] : spans;
}

/** The side of the threshold that is a breach, as a band of the value axis. */
export function breachBand(
  comparison: TriggerView['comparison'],
  threshold: number,
  [low, high]: [number, number],
): [number, number] {
  return comparison === 'greater_than' ? [threshold, high] : [low, threshold];
}

/** Round values inside the axis, three to five of them, zero among them. */
export function axisTicks([low, high]: [number, number]): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((one) => one * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}
