import { keyOf, type Labels, metricName } from './labels.ts';
import { createSeries, type Series } from './series.ts';

/** `=`, `!=`, `=~` or `!~` on one label, compiled; a missing label reads as the empty string. */
export interface Matcher {
  label: string;
  /** The value asked for, where it is one value: lets the store look the metric name up. */
  equals: string | null;
  matches(value: string): boolean;
}

export interface SeriesStore {
  /** False when the sample was refused: older than the newest one, or the store is full of series. */
  append(labels: Labels, at: number, value: number): boolean;
  /** Says that the series ended at `at`. */
  appendStale(labels: Labels, at: number): void;
  select(matchers: readonly Matcher[]): Series[];
  /** Forgets what is older than the retention, counted back from `now`. */
  trim(now: number): void;
  size(): { series: number; samples: number };
}

export interface SeriesStoreOptions {
  retentionMs: number;
  /**
   * Where there are so many, one that has ended makes room for a new one, and none is had where all still get samples: a target with
   * runaway labels cannot fill the memory, and an afternoon of deployments does not end the metrics of what is deployed next.
   */
  maxSeries: number;
}

/** Samples in memory, found by metric name. */
export function createSeriesStore({ retentionMs, maxSeries }: SeriesStoreOptions): SeriesStore {
  const byKey = new Map<string, Series>();
  const byName = new Map<string, Map<string, Series>>();

  function find(labels: Labels, create: boolean): Series | undefined {
    const key = keyOf(labels);
    const known = byKey.get(key);
    if (known !== undefined || !create) return known;
    if (byKey.size >= maxSeries && !makeRoom()) return undefined;
    const series = createSeries(labels);
    byKey.set(key, series);
    const name = labels.get(metricName) ?? '';
    const family = byName.get(name) ?? new Map<string, Series>();
    byName.set(name, family.set(key, series));
    return series;
  }

  /** Forgets the series that was begun first of those that have ended; false when none has. */
  function makeRoom(): boolean {
    for (const [key, series] of byKey) {
      if (!series.staleAt(series.length() - 1)) continue;
      forget(key, series.labels);
      return true;
    }
    return false;
  }

  function forget(key: string, labels: Labels): void {
    byKey.delete(key);
    const name = labels.get(metricName) ?? '';
    const family = byName.get(name);
    family?.delete(key);
    if (family?.size === 0) byName.delete(name);
  }

  function candidates(matchers: readonly Matcher[]): Iterable<Series> {
    const name = matchers.find((matcher) => matcher.label === metricName && matcher.equals !== null)?.equals;
    return name === undefined || name === null ? byKey.values() : (byName.get(name)?.values() ?? []);
  }

  return {
    append: (labels, at, value) => {
      const series = find(labels, true);
      series?.dropBefore(at - retentionMs);
      return series?.append(at, value, false) ?? false;
    },
    appendStale: (labels, at) => {
      find(labels, false)?.append(at, Number.NaN, true);
    },
    select: (matchers) =>
      [...candidates(matchers)].filter((series) =>
        matchers.every((matcher) => matcher.matches(series.labels.get(matcher.label) ?? '')),
      ),
    trim: (now) => {
      for (const [key, series] of byKey) {
        series.dropBefore(now - retentionMs);
        if (series.length() === 0) forget(key, series.labels);
      }
    },
    size: () => ({
      series: byKey.size,
      samples: [...byKey.values()].reduce((sum, series) => sum + series.length(), 0),
    }),
  };
}
