import { createMonitor } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { beforeAll, expect, test } from 'vitest';
import { useStoredApp } from '../stored-app-harness.ts';
import type { DeploymentReadings } from './deployment-schema.ts';

const app = useStoredApp(usePostgres(), { now: dayZero + 60 * minute });
const interval = monitorSettings.intervalMs;
const triggers = 9;
const slots = 230;
/** What the issue allows for an answer of a history endpoint, in bytes. */
const mostBytes = 250_000;

beforeAll(async () => {
  const service = aService({
    name: 'web',
    triggers: Array.from({ length: triggers }, (_, n) =>
      aTrigger({ name: `errors_${n}`, query: `errors_${n}` }),
    ),
  });
  await app.store.services.apply(service, 'test', dayZero);
  const ids = { service: service.key };
  await app.store.deployments.commit({ newDeployments: [aBaseline({ ...ids, id: 'web-1' })] });
  await app.store.deployments.commit({
    newDeployments: [aDeployment({ ...ids, id: 'web-2', previousDeploymentId: 'web-1' })],
  });
  let made = 0;
  const monitor = createMonitor({
    ...{ slots: app.store.slots, deployments: app.store.deployments, replica: 'one' },
    clock: { now: () => dayZero, sleep: async () => undefined },
    // As long as numbers get.
    metrics: createInMemoryMetricSource((_question, at) => ({
      kind: 'value',
      value: Math.abs(Math.sin(at)) / 30,
    })),
    newId: () => `id-${++made}`,
    settings: monitorSettings,
  });
  for (let n = 0; n < slots; n += 1) await monitor.tick(dayZero + n * interval, new AbortController().signal);
}, 240_000);

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
