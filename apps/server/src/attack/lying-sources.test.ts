import { openFamily } from '@lastgood/adapters/family';
import { metrics as metricFamily } from '@lastgood/adapters/metrics/index';
import type { RollbackTrigger } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import { createInMemoryStore } from '@lastgood/testkit/fakes/in-memory-store';
import { aBaseline, aDeployment, aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { createVirtualTime } from '@lastgood/testkit/virtual-time';
import { expect, test } from 'vitest';
import { hangingLies, type Lie, lies, startLyingSource } from './lying-source-harness.ts';
import { reportGoal } from './report-goal.ts';

/*
 * A release breaches from the first slot on, and was well before; the real adapter asks over HTTP, and the real evaluator judges.
 * Told nothing but the truth it rolls back. Each lie is told in five places: about everything, about now alone, about the time before
 * alone, about the number of samples alone, and about a dependency deployed in the same window alone.
 */

/** When the truth changes: between the slot before the release and its first. */
const released = dayZero - monitorSettings.intervalMs / 2;
const slots = 4;
/** Listened to at the same time: most of it is waiting. */
const atOnce = 25;

type Place = 'everything' | 'now' | 'before' | 'samples' | 'dependency';
const places: Place[] = ['everything', 'now', 'before', 'samples', 'dependency'];

const isLiedAbout: Record<Place, (query: string, isPast: boolean) => boolean> = {
  everything: () => true,
  now: (query, isPast) => query.startsWith('errors') && !isPast,
  before: (query, isPast) => query.startsWith('errors') && isPast,
  samples: (query) => query.startsWith('count'),
  dependency: (query) => query.startsWith('other'),
};

interface Outcome {
  /** Readings of what was lied about that are taken for a value. */
  believed: number;
  rollbacks: number;
  /** What was decided in the end. */
  verdict: string | undefined;
}

async function listenTo(lie: Lie | null, place: Place): Promise<Outcome> {
  const source = await startLyingSource(
    (query, isPast) => (lie && isLiedAbout[place](query, isPast) ? lie : null),
    released,
  );
  const isHanging = lie !== null && Object.values(hangingLies).includes(lie);
  // Short only where waiting is the point: a slow machine must not turn other lies into timeouts.
  const settings = { url: source.url, timeoutMs: isHanging ? 150 : 20_000 };
  const { product, close } = openFamily(metricFamily, [
    { kind: 'prometheus', name: 'main', clusters: null, settings },
  ]);
  const time = createVirtualTime(dayZero);
  const store = createInMemoryStore({ now: time.now, notifiers: [] });
  await declare(store, place);
  let ids = 0;
  const monitor = createMonitor({
    slots: store.slots,
    deployments: store.deployments,
    metrics: product.metrics,
    clock: time.clock,
    newId: () => `id-${++ids}`,
    replica: 'one',
    settings: { ...monitorSettings, offsetMs: 0 },
  });
  for (let n = 0; n < slots; n += 1) {
    await time.runUntil(dayZero + n * monitorSettings.intervalMs);
    await monitor.tick(time.now(), new AbortController().signal);
  }
  await close();
  await source.close();
  const { readings, runs, decisions } = store.world;
  const values = readings.filter(({ reading, definition: { trigger }, samples, slot }) => {
    const isLie = (query: string) => isLiedAbout[place](query, slot < released);
    const ofQuery = isLie('query' in trigger ? trigger.query : '') && reading.kind === 'value';
    return ofQuery || (isLie(trigger.minSamples?.query ?? '') && samples?.kind === 'value');
  });
  const seenBack = decisions.flatMap(({ guards }) => guards.map(({ lookBack }) => lookBack?.reading.kind));
  const believedBack = place === 'before' ? seenBack.filter((kind) => kind === 'value').length : 0;
  return {
    believed: lie ? values.length + believedBack : 0,
    rollbacks: runs.size,
    verdict: decisions.at(-1)?.verdict,
  };
}

async function declare(store: ReturnType<typeof createInMemoryStore>, place: Place): Promise<void> {
  const over: Partial<RollbackTrigger> =
    place === 'samples' ? { minSamples: { query: 'count{service="$SERVICE"}', atLeast: 0.5 } } : {};
  const trigger = aTrigger({ forMs: 0, ...over });
  const other = aService({
    name: 'other',
    triggers: [aTrigger({ query: 'other', severity: 'page_and_suggest' })],
  });
  const dependencies = place === 'dependency' ? [other.key] : [];
  await store.services.apply(aService({ triggers: [trigger], dependencies }), 'test', dayZero);
  await store.deployments.commit({ newDeployments: [aBaseline()] });
  await store.deployments.commit({ newDeployments: [aDeployment()] });
  if (place !== 'dependency') return;
  await store.services.apply(other, 'test', dayZero);
  const release = { id: 'other-1', service: other.key, previousDeploymentId: null };
  await store.deployments.commit({ newDeployments: [aDeployment(release)] });
}

test('told the truth, it rolls back', async () => {
  for (const place of places.filter((one) => one !== 'dependency'))
    expect(await listenTo(null, place), place).toMatchObject({ rollbacks: 1, verdict: 'roll_back' });
});

test('no lie is a value, and none lets a rollback through', { timeout: 240_000 }, async () => {
  const fell: string[] = [];
  const told = Object.entries(lies).flatMap(([name, lie]) => places.map((place) => ({ name, lie, place })));
  for (let next = 0; next < told.length; next += atOnce)
    await Promise.all(
      told.slice(next, next + atOnce).map(async ({ name, lie, place }) => {
        const { believed, rollbacks } = await listenTo(lie, place);
        if (believed > 0) fell.push(`${name}, about ${place}: ${believed} values believed`);
        if (rollbacks > 0) fell.push(`${name}, about ${place}: rolled back`);
      }),
    );
  reportGoal({
    goal: 'S12',
    what: 'lies of a metric source believed, or that let a rollback through',
    count: fell.length,
    of: told.length,
    bound: 0,
  });
  expect(Object.keys(lies).length).toBeGreaterThanOrEqual(45);
  expect(fell).toEqual([]);
});

test('a lie about the time before holds the rollback, and then suggests it', async () => {
  const lie = lies['answers 500 with a whole body'];
  if (!lie) throw new Error('it is told');
  expect(await listenTo(lie, 'before')).toEqual({ believed: 0, rollbacks: 0, verdict: 'suggest' });
});
