import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { beforeAll, expect, test } from 'vitest';
import { judgeWeb } from '../judged-app-harness.ts';
import { useStoredApp } from '../stored-app-harness.ts';
import type { DeploymentReadings } from './deployment-schema.ts';

const app = useStoredApp(usePostgres(), { now: dayZero + 60 * minute });
const interval = monitorSettings.intervalMs;
const triggers = 9;
const slots = 230;
/** The largest answer of an endpoint that charts draw from, in bytes. */
const mostBytes = 250_000;

beforeAll(
  () =>
    judgeWeb(app, {
      triggers: Array.from({ length: triggers }, (_, n) =>
        aTrigger({ name: `errors_${n}`, query: `errors_${n}` }),
      ),
      ...{ startedAt: dayZero, slots },
      // As long as numbers get.
      valueAt: (at) => Math.abs(Math.sin(at)) / 30,
    }),
  240_000,
);

async function asked(query: string): Promise<DeploymentReadings> {
  const { status, body } = await app.get<DeploymentReadings>(`/deployments/web-2/readings${query}`);
  expect(status).toBe(200);
  expect(JSON.stringify(body).length).toBeLessThan(mostBytes);
  return body;
}

test('a watch of half an hour with nine triggers, and the ten minutes before it, is one answer', async () => {
  const to = new Date(dayZero + 159 * interval).toISOString();
  const { series, earlierTo } = await asked(`?to=${to}`);
  expect(earlierTo).toBeNull();
  expect(series.map(({ points }) => points.length)).toEqual(Array(triggers).fill(160));
});

test('of more the newest whole slots that fit are answered, and older ones go on without a hole', async () => {
  const pages = [await asked('')];
  for (let to = pages[0]?.earlierTo; to; to = pages[0]?.earlierTo) pages.unshift(await asked(`?to=${to}`));
  expect(pages.length).toBeGreaterThan(1);
  // The last one is full: few answers, not many small ones.
  expect(JSON.stringify(pages.at(-1)).length).toBeGreaterThan(200_000);
  for (const { from, series } of pages) {
    expect(new Set(series.map(({ points }) => points.length)).size).toBe(1);
    expect(series.every(({ points }) => (points[0]?.at ?? '') >= from)).toBe(true);
  }
  for (let n = 0; n < triggers; n += 1) {
    const all = pages.flatMap(
      ({ series }) => series.find(({ trigger }) => trigger === `errors_${n}`)?.points ?? [],
    );
    expect(all.map(({ at }) => (Date.parse(at) - dayZero) / interval)).toEqual(
      Array.from({ length: slots }, (_, slot) => slot),
    );
  }
});
