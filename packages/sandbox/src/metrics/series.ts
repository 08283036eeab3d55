import type { Labels } from './labels.ts';

/** One time series: samples in order of time, the oldest dropped once they leave the retention. */
export interface Series {
  readonly labels: Labels;
  length(): number;
  /** Epoch milliseconds of the sample at `index`, 0 being the oldest. */
  timeAt(index: number): number;
  valueAt(index: number): number;
  /** Whether the sample says that the series ended here, rather than a value. */
  staleAt(index: number): boolean;
  /** Index of the newest sample at or before `at`; -1 when there is none. */
  lastIndexAt(at: number): number;
  /** False when the sample is not newer than the newest one, which then stands. */
  append(at: number, value: number, stale: boolean): boolean;
  dropBefore(at: number): void;
}

const firstCapacity = 32;

/**
 * A ring of samples. Prometheus marks staleness with a NaN of special bits; JavaScript does not promise to keep the
 * bits of a NaN, so the marks are kept beside the values.
 */
export function createSeries(labels: Labels): Series {
  let times = new Float64Array(firstCapacity);
  let values = new Float64Array(firstCapacity);
  let stale = new Uint8Array(firstCapacity);
  let start = 0;
  let count = 0;

  const slot = (index: number) => (start + index) % times.length;
  const timeAt = (index: number) => times[slot(index)] ?? Number.NaN;

  function grow(): void {
    const capacity = times.length * 2;
    const next = {
      times: new Float64Array(capacity),
      values: new Float64Array(capacity),
      stale: new Uint8Array(capacity),
    };
    for (let index = 0; index < count; index += 1) {
      next.times[index] = timeAt(index);
      next.values[index] = values[slot(index)] ?? Number.NaN;
      next.stale[index] = stale[slot(index)] ?? 0;
    }
    ({ times, values, stale } = next);
    start = 0;
  }

  function lastIndexAt(at: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeAt(middle) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  return {
    labels,
    length: () => count,
    timeAt,
    valueAt: (index) => values[slot(index)] ?? Number.NaN,
    staleAt: (index) => stale[slot(index)] === 1,
    lastIndexAt,
    append(at, value, isStale) {
      if (count > 0 && at <= timeAt(count - 1)) return false;
      if (count === times.length) grow();
      times[slot(count)] = at;
      values[slot(count)] = value;
      stale[slot(count)] = isStale ? 1 : 0;
      count += 1;
      return true;
    },
    dropBefore(at) {
      while (count > 0 && timeAt(0) < at) {
        start = slot(1);
        count -= 1;
      }
    },
  };
}
