import { defaultPolicy } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { query, useStores } from '@lastgood/store/store-harness';
import { beforeAll, describe, expect, test } from 'vitest';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { usePostgres } from '../postgres/use-postgres.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero } from './builders.ts';
import { monitorSettings } from './test-engine.ts';

/*
 * A breach that lasts, a rollback by itself, an attempt that fails, a cooldown, and the rollback that follows it, over PostgreSQL:
 * whoever judges from a phase on, a restarted process or another replica, decides what one that never ends would, in the same slots.
 */

const postgres = usePostgres();
const open = useStores(postgres);
const { intervalMs } = monitorSettings;

const breachFrom = 3;
const fires = breachFrom + 4;
const attemptEnds = fires + 2;
const cooldownSlots = 4;
const again = attemptEnds + cooldownSlots;
const slots = again + 1;

/** In each slot another judges than in the one before: whoever judges these comes after. */
const phases: [string, number][] = [
  ['before the first breach', breachFrom - 1],
  ['at the first breach', breachFrom],
  ['in the middle of the hold', breachFrom + 2],
  ['in the last slot before it fires', fires - 1],
  ['in the slot in which it fires', fires],
  ['with the rollback committed and not begun', fires + 1],
  ['in the cooldown', attemptEnds + 2],
  ['in the slot after the cooldown', again],
];

const changes = ['nobody else', 'a restarted process', 'another replica'] as const;

type Change = (typeof changes)[number];

interface Played {
  /** After each slot: every trigger. */
  states: unknown[];
  readings: unknown[];
  decisions: unknown[];
  runs: unknown[];
}

const played = new Map<Change, Played>();

beforeAll(async () => {
  for (const change of changes) played.set(change, await play(change));
}, 180_000);

test('undisturbed it rolls back once when it has lasted, and once after the cooldown', () => {
  const at = (slot: number) => dayZero + slot * intervalMs;
  expect(played.get('nobody else')?.decisions).toMatchObject([
    { slot: at(fires), verdict: 'roll_back' },
    { slot: at(again), verdict: 'roll_back' },
  ]);
  expect(played.get('nobody else')?.runs).toMatchObject([
    { status: 'stopped', created_at: at(fires) + 300 },
    { status: 'queued', created_at: at(again) + 300 },
  ]);
});

describe.each(changes.slice(1))('%s goes on with every hold exactly', (change) => {
  test.each(phases)('%s', (_phase, n) => {
    expect(played.get('nobody else')?.states[n]).not.toEqual([]);
    expect(played.get(change)?.states[n]).toEqual(played.get('nobody else')?.states[n]);
  });

  test('and every slot, decision and rollback is the same', () => {
    expect(played.get(change)).toEqual(played.get('nobody else'));
  });
});

async function play(change: Change): Promise<Played> {
  await query(postgres.url, 'truncate services, chunks, slots, trips, readings, decisions, events cascade');
  const stores = [open(), open()];
  const [first = open()] = stores;
  await begin(first);
  const states: unknown[] = [];
  let judge = monitorOf(first, 'one');
  for (let n = 0; n < slots; n += 1) {
    const before = judge;
    if (change === 'a restarted process') judge = monitorOf(open(), 'one');
    if (change === 'another replica') judge = monitorOf(stores[n % 2] ?? first, `replica ${n % 2}`);
    expect((await judge(n)).chunks).toBe(1);
    // Who was only slow finds the slot judged.
    expect((await before(n)).chunks).toBe(0);
    if (n === attemptEnds) await failAttempt(first, dayZero + n * intervalMs);
    states.push(
      await all('select trigger, phase, since, held_ms, last_slot, last_breach_slot from trigger_states'),
    );
  }
  return {
    states,
    readings: await all(
      'select slot, trigger, kind, value, phase, held_ms from readings order by slot, trigger',
    ),
    decisions: await all(
      'select slot, verdict, wanted, trigger, sentence, restraints, evidence from decisions order by slot',
    ),
    runs: await all(
      'select status, created_at, deployment_id, target_deployment_id from runs order by created_at',
    ),
  };
}

const all = (text: string) => query(postgres.url, text);

function monitorOf(store: Store, replica: string) {
  const metrics = createInMemoryMetricSource((_question, at) => ({
    kind: 'value',
    value: at >= dayZero + breachFrom * intervalMs ? 0.4 : 0.01,
  }));
  let ids = 0;
  return async (n: number) => {
    const slot = dayZero + n * intervalMs;
    const { clock } = createVirtualTime(slot + 300);
    const monitor = createMonitor({
      ...{ slots: store.slots, deployments: store.deployments, metrics, clock, replica },
      ...{ newId: () => `${replica}-${n}-${++ids}`, settings: { ...monitorSettings, offsetMs: 0 } },
    });
    return monitor.tick(slot, new AbortController().signal);
  };
}

async function begin(store: Store): Promise<void> {
  const policy = { ...defaultPolicy, cooldownMs: cooldownSlots * intervalMs };
  const triggers = [aTrigger({ query: 'errors', forMs: (fires - breachFrom) * intervalMs })];
  await store.services.apply(aService({ triggers, policy }), 'test', dayZero);
  await store.deployments.commit({ newDeployments: [aBaseline()] });
  await store.deployments.commit({ newDeployments: [aDeployment()] });
}

/** The queued rollback is begun by a worker, and stops. */
async function failAttempt(store: Store, at: number): Promise<void> {
  const claimed = await store.runs.claim('worker', 30_000, []);
  if (!claimed) throw new Error('no rollback was queued');
  expect(await store.runs.claim('worker', 30_000, [])).toBeNull();
  const stop = { ordinal: 0, reason: 'refused', endState: 'as before', advice: 'look', refusals: [] };
  await store.runs.commit(claimed.lease, { run: { status: 'running', startedAt: at } });
  await store.runs.commit(claimed.lease, {
    run: { status: 'stopped', stop, verdict: 'failed', finishedAt: at },
  });
}
