import type { DeploymentReadings } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { beginsAt, joinSeries, loadEarlier } from './earlier-readings.ts';

const at = (slot: number) => new Date(slot * 15_000).toISOString();

/** An answer with the readings of some slots, and the slot with which older ones go on. */
function answer(
  slots: number[],
  earlier: number | null,
  triggers = ['errors', 'latency'],
): DeploymentReadings {
  return {
    ...{ from: at(slots[0] ?? 0), to: at(slots.at(-1) ?? 0), intervalSeconds: 15 },
    earlierTo: earlier === null ? null : at(earlier),
    series: triggers.map((trigger) => ({
      ...{ trigger, threshold: 1 },
      points: slots.map((slot) => ({
        ...{ at: at(slot), value: slot, kind: 'value', phase: 'inactive', heldSeconds: 0, lateMs: 5 },
      })) as DeploymentReadings['series'][number]['points'],
    })),
  };
}

const valuesOf = ({ series }: Pick<DeploymentReadings, 'series'>) =>
  series.map(({ points }) => points.map(({ value }) => value));

test('a watch that takes several answers is drawn from its beginning, without a hole and nothing twice', async () => {
  const pages = new Map([
    [at(5), answer([3, 4, 5], 2)],
    [at(2), answer([0, 1, 2], null)],
  ]);
  const asked: string[] = [];
  const earlier = await loadEarlier(at(5), async (to) => {
    asked.push(to);
    return pages.get(to) ?? answer([], null);
  });
  expect(asked).toEqual([at(5), at(2)]);
  const newest = answer([6, 7, 8], 5);
  const all = joinSeries(earlier, newest.series);
  expect(valuesOf({ series: all })).toEqual(Array(2).fill([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  expect(beginsAt(newest, earlier)).toBeNull();
  // The same arrays while nothing of it changes: charts are drawn anew for another one.
  expect(joinSeries(earlier, newest.series)[0]?.points).toBe(all[0]?.points);
});

test('of what goes on for days a bounded part is asked for, and where the charts begin is known', async () => {
  let asked = 0;
  const endless = async (to: string) => {
    asked += 1;
    const slot = Date.parse(to) / 15_000;
    return answer([slot], slot - 1);
  };
  const earlier = await loadEarlier(at(100), endless);
  expect(asked).toBe(5);
  const newest = answer([101], 100);
  expect(beginsAt(newest, earlier)).toBe(Date.parse(at(96)));
  expect(beginsAt(newest, undefined)).toBe(Date.parse(at(101)));
  expect(beginsAt(answer([0], null), undefined)).toBeNull();
  expect(beginsAt(undefined, undefined)).toBeNull();
});

test('a trigger that older answers do not know begins where it does', () => {
  const series = joinSeries(answer([1], null, ['errors']), answer([2], 1).series);
  expect(valuesOf({ series })).toEqual([[1, 2], [2]]);
});
