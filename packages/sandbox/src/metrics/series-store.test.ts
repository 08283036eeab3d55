import { expect, it } from 'vitest';
import { labelsOf } from './labels.ts';
import { createSeriesStore } from './series-store.ts';

const named = (name: string, pod: string) => labelsOf(Object.entries({ __name__: name, pod }));
const all = [{ label: '__name__', equals: 'a', matches: (name: string) => name === 'a' }];

it('keeps an hour when told to, whatever was written before', () => {
  const store = createSeriesStore({ retentionMs: 3_600_000, maxSeries: 10 });
  for (let second = 0; second < 20_000; second += 2) store.append(named('a', 'p'), second * 1000, second);
  expect(store.size()).toEqual({ series: 1, samples: 1801 });
  const series = store.select(all)[0];
  expect(series?.timeAt(0)).toBe(16_398_000);
  expect(series?.valueAt(series.lastIndexAt(17_000_500))).toBe(17_000);
  expect(series?.lastIndexAt(16_000_000)).toBe(-1);
  store.trim(30_000_000);
  expect(store.size()).toEqual({ series: 0, samples: 0 });
  expect(store.select(all)).toEqual([]);
});

it('lets a series that has ended make room for a new one beyond its limit', () => {
  const store = createSeriesStore({ retentionMs: 60_000, maxSeries: 2 });
  const of = (name: string) => new Map([['__name__', name]]);
  for (const name of ['first', 'second']) store.append(of(name), 1_000, 1);
  expect(store.append(of('third'), 2_000, 1)).toBe(false);
  store.appendStale(of('second'), 3_000);
  expect(store.append(of('third'), 4_000, 1)).toBe(true);
  expect(store.append(of('first'), 4_000, 2)).toBe(true);
  expect(store.size().series).toBe(2);
});

it('refuses series beyond its limit and goes on with those it has', () => {
  const store = createSeriesStore({ retentionMs: 60_000, maxSeries: 2 });
  expect(['p', 'q', 'r'].map((pod) => store.append(named('a', pod), 1_000, 1))).toEqual([true, true, false]);
  expect(store.append(named('a', 'p'), 2_000, 1)).toBe(true);
  expect(store.size()).toEqual({ series: 2, samples: 3 });
});

it('takes samples in order of time only, and no mark for a series it does not know', () => {
  const store = createSeriesStore({ retentionMs: 60_000, maxSeries: 2 });
  expect([5, 5, 4, 6].map((at) => store.append(named('a', 'p'), at, at))).toEqual([true, false, false, true]);
  store.appendStale(named('a', 'unknown'), 7);
  expect(store.size()).toEqual({ series: 1, samples: 2 });
});
