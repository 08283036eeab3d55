import { defaultPolicy } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { query, useStores } from '@lastgood/store/store-harness';
import { beforeAll, expect, test } from 'vitest';
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
const database = { url: '' };
const open = useStores(database);
const { intervalMs } = monitorSettings;

const breachFrom = 3;
const fires = breachFrom + 4;
const attemptEnds = fires + 2;
const cooldownSlots = 4;
const again = attemptEnds + cooldownSlots;
const slots = again + 1;

/** The first slot of whoever comes after. */
const phases: [string, number][] = [
  ['before the first breach', breachFrom - 1],
  ['at the first breach', breachFrom],
  ['in the middle of the hold', breachFrom + 2],
  ['in the last slot before it fires', fires - 1],
  ['in the slot in which it fires', fires],
  ['with the rollback committed and not begun', fires + 1],
  ['in the cooldown', attemptEnds + 2],
];

type Change = 'nothing' | 'a restart' | 'another replica';

interface Played {
  decisions: unknown[];
  readings: unknown[];
  states: unknown[];
  attempts: unknown[];
}

let expected: Played;

beforeAll(async () => {
  expected = await play(0, 'nothing');
});

test('undisturbed it rolls back once when it has lasted, and once after the cooldown', () => {
  const at = (slot: number) => dayZero + slot * intervalMs;
  expect(expected.decisions).toMatchObject([
    { slot: at(fires), verdict: 'roll_back' },
    { slot: at(again), verdict: 'roll_back' },
  ]);
  expect(expected.attempts).toMatchObject([
    { status: 'stopped', created_at: at(fires) + 300 },
    { status: 'queued', created_at: at(again) + 300 },
  ]);
});

test.each(
  phases.flatMap(([phase, from]) =>
    (['a restart', 'another replica'] as const).map((what) => [what, phase, from] as const),
  ),
)('%s %s changes no decision and no slot', async (what, _phase, from) => {
  expect(await play(from, what)).toEqual(expected);
});

async function play(from: number, change: Change): Promise<Played> {
  database.url = await postgres.createDatabase();
  const first = open();
  await begin(first);
  const one = monitorOf(first, 'one');
  let judge = one;
  for (let n = 0; n < slots; n += 1) {
    const isChanged = n === from && change !== 'nothing';
    if (isChanged) judge = monitorOf(open(), change === 'a restart' ? 'one' : 'two');
    expect((await judge(n)).chunks).toBe(1);
    // Who is not dead after all, but was slow, judges no slot twice.
    if (isChanged && change === 'another replica') expect((await one(n)).chunks).toBe(0);
    if (n === attemptEnds) await failAttempt(open(), dayZero + n * intervalMs);
  }
  return whatIsStored();
}

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

async function whatIsStored(): Promise<Played> {
  const all = (text: string) => query(database.url, text);
  return {
    decisions: await all(
      'select slot, verdict, wanted, trigger, sentence, restraints, evidence from decisions order by slot',
    ),
    readings: await all(
      'select slot, trigger, kind, value, phase, held_ms from readings order by slot, trigger',
    ),
    states: await all(
      'select trigger, phase, since, held_ms, last_slot, last_breach_slot from trigger_states',
    ),
    attempts: await all(
      'select status, created_at, deployment_id, target_deployment_id from runs order by created_at',
    ),
  };
}
