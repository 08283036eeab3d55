import { setTimeout as sleep } from 'node:timers/promises';
import { createPrometheus, type Prometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import {
  type BurnRateTrigger,
  instantsOf,
  type RollbackTrigger,
  readingAt,
  variablesOf,
} from '@lastgood/domain';
import { type PastRules, pastPlan } from '@lastgood/domain/trial/past-questions';
import type { ComparisonTrigger } from '@lastgood/domain/trigger/kinds/comparison/declared';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { createMonitor } from '../monitor/tick.ts';
import { type BacktestCase, backtestEach } from './backtest-each.ts';

/*
 * The monitor ticks through half an hour and asks a real Prometheus in each slot, one instant at a time; then the same half an hour is
 * backtested by ranges. Readings, phases and holds are the same, slot by slot.
 */

const startsAt = dayZero;
const lengthMs = 32 * minute;
const { intervalMs, offsetMs } = monitorSettings;
const rules: PastRules = { intervalMs, offsetMs, now: startsAt + lengthMs };

/** The backtest's own: that of the monitor stands still. Its present is where the samples end. */
const realClock: Clock = {
  now: () => startsAt + lengthMs,
  sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
};

/** A sample from how long after the start it is, in milliseconds; null for none. */
type Shape = (ms: number) => number | null;

const within = (ms: number, from: number, to: number) => ms >= from * minute && ms < to * minute;

/** Rises by so much in 15 s, begins anew at `resets`, and is away in a gap. */
function counter(by: (ms: number) => number, resets = Number.POSITIVE_INFINITY): Shape {
  let counted = 1_000;
  let last = Number.NEGATIVE_INFINITY;
  return (ms) => {
    if (last < resets * minute && ms >= resets * minute) counted = 0;
    last = ms;
    counted += by(ms);
    return within(ms, 12, 14.5) ? null : counted;
  };
}

const wave = (ms: number) => Math.round(5 + 5 * Math.sin(ms / 47_000));

const gauge: Shape = (ms) => {
  // Longer than a sample is taken for new.
  if (within(ms, 8, 15)) return null;
  return within(ms, 4, 5) ? Number.NaN : wave(ms);
};

function seriesOf(newHash: string, oldHash: string): Record<string, Shape> {
  const slower = (ms: number) => (ms > 10 * minute ? 30 : 10) + (wave(ms) % 3);
  const pod = (hash: string) => `{pod="web-${hash}-a"}`;
  return {
    'up{job="web"}': () => 1,
    'requests_total{service="web",status="200"}': counter((ms) => (within(ms, 24, 27) ? 0 : 100), 6),
    'requests_total{service="web",status="500"}': counter((ms) => (within(ms, 3, 9) ? wave(ms) * 4 : 0), 6),
    'gauge{service="web"}': gauge,
    'gauge{service="web",zone="b"}': (ms) => (within(ms, 20, 22) ? 7 : null),
    'factor{service="web"}': () => 2,
    'factor{service="web",zone="c"}': (ms) => (within(ms, 21, 23) ? 3 : null),
    [`spent_total${pod(oldHash)}`]: counter((ms) => 10 + (wave(ms) % 3)),
    [`spent_total${pod(newHash)}`]: (ms) => (ms < 0 ? null : newSpent(ms)),
    [`served_total${pod(oldHash)}`]: counter(() => 100),
    [`served_total${pod(newHash)}`]: (ms) => (ms < 0 ? null : newServed(ms)),
  };
  function newSpent(ms: number) {
    return Math.round((ms / 15_000) * slower(ms));
  }
  function newServed(ms: number) {
    return Math.round(ms / 150);
  }
}

function samples(series: Record<string, Shape>): string {
  const lines = Object.entries(series).flatMap(([name, shape]) => {
    const own: string[] = [];
    for (let ms = -45 * minute + 3_700; ms <= lengthMs; ms += 15_000) {
      const value = shape(ms);
      if (value !== null) own.push(`${name} ${value} ${(startsAt + ms) / 1000}`);
    }
    return own;
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

const errors = (window: string) =>
  `sum(rate(requests_total{service="$SERVICE",status="500"}[${window}])) / sum(rate(requests_total{service="$SERVICE"}[${window}]))`;

const frame = { ...aTrigger({ severity: 'log_only' }), unit: 'x', forMs: 30_000 };

const burning: BurnRateTrigger = {
  ...{ ...frame, kind: 'burn-rate', name: 'burning', query: errors('$WINDOW'), objective: 0.95, forMs: 0 },
  ...{ threshold: 1, initialDelayMs: minute },
  windows: [
    { rate: 1, longMs: 12 * minute, shortMs: minute },
    { rate: 0.5, longMs: 40 * minute, shortMs: 5 * minute },
  ],
};

const slower: ComparisonTrigger = {
  ...{ ...frame, kind: 'comparison', name: 'slower', against: 'old_version', direction: 'increase' },
  query:
    'sum(rate(spent_total{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[$WINDOW])) / sum(rate(served_total{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[$WINDOW]))',
  ...{ effect: 'ratio', minEffect: 1.5, floor: 0.001, threshold: 1.5, significance: 0.05, valueUnit: 's' },
  ...{ windowMs: 5 * minute, intervalMs: 45_000, samples: 4, initialDelayMs: 2 * minute },
};

const before: ComparisonTrigger = { ...slower, name: 'than_before', against: 'before_deployment' };

const triggers: RollbackTrigger[] = [
  { ...frame, name: 'errors', query: errors('1m'), threshold: 0.05, keepFiringMs: 30_000 },
  { ...frame, name: 'gauge', query: 'gauge{service="$SERVICE"}', threshold: 6, onNotANumber: 'breach' },
  {
    ...{ ...frame, name: 'guarded', query: 'max(gauge{service="$SERVICE"})', threshold: 4 },
    minSamples: { query: errors('2m'), atLeast: 0.02 },
  },
  {
    ...frame,
    name: 'at_the_end',
    query: 'max_over_time(gauge{service="$SERVICE"}[1m] @ end())',
    threshold: 6,
  },
  {
    ...{ ...frame, name: 'refused_at_times', threshold: 12 },
    query: 'gauge{service="$SERVICE"} * on (service) factor{service="$SERVICE"}',
  },
  { ...frame, name: 'scalar', query: 'scalar(sum(gauge{service="$SERVICE"}))', threshold: 6 },
  burning,
  slower,
  before,
  { ...before, name: 'more_errors', query: errors('$WINDOW') },
];

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: a backtest on the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('a backtest on the real Prometheus (needs prometheus)', () => {
  let server: RealPrometheus;
  let source: Prometheus;
  let engine: TestEngine;
  const slots = Array.from({ length: lengthMs / intervalMs - 2 }, (_, n) => startsAt + n * intervalMs);

  beforeAll(async () => {
    engine = createTestEngine();
    await engine.begin({ service: { triggers } });
    const watched = await watchedNow();
    const hash = variablesOf(watched.service, watched.deployment).POD_TEMPLATE_HASH ?? '';
    const [change] = watched.deployment.changes;
    const before = change?.kind === 'workload' ? change.before?.podTemplateHash : null;
    if (!before || !hash) throw new Error('the versions are not told apart');
    server = await startRealPrometheus(samples(seriesOf(hash, before)));
    source = createPrometheus({ url: server.url });
    const { store, time, newId } = engine;
    const monitor = createMonitor({
      ...{ slots: store.slots, deployments: store.deployments, metrics: source, clock: time.clock },
      ...{ newId, replica: 'one', settings: monitorSettings },
    });
    for (const slot of slots) {
      await time.pass(slot - time.now());
      await monitor.tick(slot, engine.forever);
    }
  }, 120_000);
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  async function watchedNow() {
    const found = await engine.store.slots.watched(
      { slot: startsAt, chunk: 0, replica: 'one' },
      monitorSettings,
    );
    const watched = found.find(({ deployment }) => deployment.id === 'd2');
    if (!watched) throw new Error('release 2 is not watched');
    return watched;
  }

  async function caseOf(trigger: RollbackTrigger, over: Partial<BacktestCase> = {}): Promise<BacktestCase> {
    const { deployment, service } = await watchedNow();
    const until = startsAt + lengthMs;
    return { trigger, deployment, service, slots, until, label: 'bad', badAt: until, ...over };
  }

  async function tried(trigger: RollbackTrigger, over: Partial<BacktestCase> = {}) {
    const settings = { ...monitorSettings, deadlineMs: 60_000 };
    const deps = { metrics: source, clock: realClock, settings };
    for await (const one of backtestEach(deps, [await caseOf(trigger, over)], engine.forever)) return one;
    throw new Error('nothing was judged');
  }

  test.each(triggers.map((trigger) => [trigger.name, trigger] as const))(
    'reads of %s what the monitor read in each slot',
    async (name, trigger) => {
      const stored = engine.store.world.readings
        .filter((one) => one.trigger === name)
        .map(({ slot, reading, phase, heldMs }) => ({ slot, reading, phase, heldMs }));
      expect(stored.length).toBeGreaterThan(50);
      const { points, firings } = await tried(trigger);
      expect(points).toEqual(stored);
      const fired = engine.events('trigger.fired').filter(({ data }) => data?.trigger === name);
      expect(firings.map(({ firedAt }) => firedAt)).toEqual(fired.map(({ at }) => at));
    },
    60_000,
  );

  test('has seen every kind of reading, and triggers that fire', () => {
    const kinds = new Set(engine.store.world.readings.map(({ reading }) => reading.kind));
    expect(kinds).toEqual(new Set(['value', 'no-data', 'not-a-number', 'unreachable', 'ambiguous']));
    const fired = new Set(engine.events('trigger.fired').map(({ data }) => data?.trigger));
    for (const name of ['errors', 'gauge', 'guarded', 'burning', 'slower']) expect(fired).toContain(name);
  });

  test('answers at the borders of stretches as within one', async () => {
    const [first] = triggers;
    if (!first) throw new Error('there is no trigger');
    const { questions } = pastPlan(first, await caseOf(first), rules);
    const [whole] = questions;
    if (!whole) throw new Error('nothing is asked');
    const all = await source.readPast(whole, engine.forever);
    for (const count of [1, 2, 7, 33]) {
      for (let begin = 0; begin < whole.count; begin += count) {
        const part = {
          ...whole,
          from: whole.from + begin * whole.stepMs,
          count: Math.min(count, whole.count - begin),
        };
        const found = await source.readPast(part, engine.forever);
        for (const at of instantsOf(part))
          expect([at, readingAt(found, at)]).toEqual([at, readingAt(all, at)]);
        if (count < 7 && begin > 20) break;
      }
    }
  }, 60_000);

  test('a time of which the source has nothing was missed, not quiet', async () => {
    const [first] = triggers;
    if (!first) throw new Error('there is no trigger');
    const { deployment } = await watchedNow();
    const earlier = startsAt - 40 * 86_400_000;
    const long = { ...deployment, startedAt: earlier };
    const old = Array.from({ length: 40 }, (_, n) => earlier + n * intervalMs);
    const over = { deployment: long, slots: old, until: earlier + 40 * intervalMs };
    if (!('query' in first)) throw new Error('it asks no query');
    for (const query of [first.query, `${first.query} or vector(0)`, 'vector(1)'])
      expect(await tried({ ...first, query, onNoData: 'breach' } as RollbackTrigger, over)).toMatchObject({
        ...{ outcome: 'unread', firings: [], read: 0, answered: 0 },
        unread: [{ reason: 'the source has nothing of that time any more', slots: 40 }],
      });
  });
});
