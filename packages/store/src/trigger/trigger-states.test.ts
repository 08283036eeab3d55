import {
  advanceTrigger,
  type Deployment,
  type JudgedReading,
  type TriggerPart,
  type TriggerState,
  waitsForPod,
} from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPool, sqlOf } from '../connection/pool.ts';
import { createPrisma } from '../connection/prisma.ts';
import type { StoreContext } from '../connection/store-context.ts';
import type { Store } from '../store.ts';
import { deployment, given, service, t0, trigger, twoReleases, useStores } from '../store-harness.ts';
import { loadRestStates } from './rest-states.ts';
import { loadTriggerStates, restMs, standingRestMs } from './trigger-states.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = 15_000;
const slotsOfRest = restMs / interval;
let context: StoreContext;
let end: () => Promise<void>;
let store: Store;
/** A fresh stretch of slots for each test. */
let base = t0;

beforeAll(() => {
  const pool = createPool(postgres.url, 2);
  const prisma = createPrisma(pool);
  context = {
    pool,
    prisma,
    sql: sqlOf(pool),
    ...{ notifiers: [], route: () => [] },
    now: () => base,
    tellReplicas: () => undefined,
    onUnreadable: () => undefined,
  };
  end = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
});
afterAll(() => end());
beforeEach(() => {
  store = open();
  base += 3_600_000;
});

/** Judges the trigger of these deployments in one slot as the monitor does; returns what the slot was judged from. */
async function judge(slot: number, value = 0.01, pace = onlyWatched, chunk = 0, parts?: TriggerPart[]) {
  const claimed = await store.slots.claim(slot, chunk, 'a', interval);
  if (!claimed) throw new Error(`slot ${slot} was not free`);
  const watched = await store.slots.watched(claimed, pace);
  const advanced = watched.flatMap((one) =>
    one.triggers.map(({ trigger: { name }, state: before }) => {
      const { definition, ...usual } = given(name);
      const rest = { ...usual, ...(parts ? { parts } : {}) };
      const reading = { kind: 'value' as const, value };
      const { trigger: by, rules } = definition;
      const { state } = advanceTrigger({ ...rest, trigger: by, rules, before, reading, slot });
      const key = { deploymentId: one.deployment.id, trigger: name };
      return { key, state, judged: { ...key, ...rest, definition, slot, reading } };
    }),
  );
  await store.slots.commit(claimed, [], () => ({
    states: advanced.map(({ key, state }) => ({ ...key, state, standing: pace !== onlyWatched })),
    readings: advanced.map(
      ({ judged, state }): JudgedReading => ({
        ...{ ...judged, threshold: 0.05, phase: state.phase, heldMs: state.heldMs, lateMs: 5 },
      }),
    ),
    asks: [],
    tripped: [],
    lateMs: 5,
  }));
  return watched;
}

const rowsOf = ({ id }: Pick<Deployment, 'id'>) =>
  context.prisma.triggerState.findMany({ where: { deploymentId: id } });

test('a dependency at rest is never older than the slot before, however long it rests', async () => {
  const { svc, bad } = await twoReleases(store, { triggers: [trigger('errors')] });
  const dependent = service({ dependencies: [svc.key] });
  await store.services.apply(dependent, 'ada', t0);
  const depends = deployment(dependent, { startedAt: t0 + 60_000 });
  await store.deployments.commit({ newDeployments: [depends] });
  for (let n = 0; n < 3 * slotsOfRest + 2; n += 1) {
    const slot = base + n * interval;
    const watched = await judge(slot);
    const seen = watched.find((one) => one.deployment.id === depends.id);
    const expected = n === 0 ? { stands: 'unreadable' } : { stands: 'quiet', readAt: slot - interval };
    expect(seen?.dependencyEvidence).toMatchObject([{ service: svc.key, ...expected }]);
    const own = seen?.triggers[0]?.state;
    if (n > 0) expect(own).toMatchObject({ slotsAsked: n, slotsHealthy: n, lastSlot: slot - interval });
  }
  expect((await rowsOf(bad))[0]?.slotsAsked).toBe(3 * slotsOfRest + 1);
});

test('of what stands the row is written seldom, and readings follow their deployment into another chunk', async () => {
  const { bad } = await twoReleases(store, { triggers: [trigger('errors')] });
  await store.deployments.commit({
    deployments: [{ id: bad.id, status: 'completed', watchClosedAt: base }],
  });
  const pace = { intervalMs: interval, standingMs: interval };
  const minutes = standingRestMs / 60_000;
  for (let n = 0; n < minutes + 2; n += 1) {
    const [chunk] = await context
      .sql<{ chunk: number }>('select chunk from deployments where id = $1', [bad.id])
      .then(({ rows }) => rows);
    if (n === 10) await context.sql('update deployments set chunk = chunk + 900 where id = $1', [bad.id]);
    const slot = base + n * 60_000;
    const seen = (await judge(slot, 0.01 + n / 1_000, pace, (chunk?.chunk ?? 0) + (n === 10 ? 900 : 0))).find(
      (one) => one.deployment.id === bad.id,
    );
    if (n > 0) expect(seen?.triggers[0]?.state).toMatchObject({ lastSlot: slot - 60_000, slotsHealthy: n });
    const written = base + (n < minutes ? 0 : standingRestMs);
    expect((await rowsOf(bad)).map(({ lastSlot }) => Number(lastSlot))).toEqual([written]);
  }
  const all = await store.views.readings(bad.id, base, base + 3_600_000);
  expect(all.map(({ slot }) => (slot - base) / 60_000)).toEqual(
    Array.from({ length: minutes + 2 }, (_, n) => n),
  );
});

// What is packed is read on, for longer than a row at rest stays as it is.
test.each<[string, number, number, number]>([
  ['at rest', 0.01, slotsOfRest, slotsOfRest + 1],
  ['in breach', 0.5, slotsOfRest, slotsOfRest],
])(
  'a row written anew %s while it is read ends nothing of what followed the one that was read',
  async (_words, value, slots, known) => {
    const { bad } = await twoReleases(store, { triggers: [trigger('errors')] });
    for (let n = 0; n < slots; n += 1) await judge(base + n * interval);
    const rows = await rowsOf(bad);
    expect(rows.map(({ lastSlot }) => Number(lastSlot))).toEqual([base]);
    await judge(base + slots * interval, value);
    const state: TriggerState | undefined = (await loadTriggerStates(context, rows))(bad.id).get('errors');
    expect(state).toMatchObject({ lastSlot: base + (known - 1) * interval, slotsHealthy: known });
  },
);

test('parts never stand beside a number that they did not make: of what is packed the number is kept alone', async () => {
  const { bad } = await twoReleases(store);
  const madeOf = (value: number): TriggerPart[] => [{ name: 'long', reading: { kind: 'value', value } }];
  await judge(base, 0.01, onlyWatched, 0, madeOf(0.01));
  await judge(base + interval, 0.02, onlyWatched, 0, madeOf(0.02));
  const read = (await loadTriggerStates(context, await rowsOf(bad)))(bad.id).get('errors');
  expect(read).toMatchObject({ lastSlot: base + interval, reading: { value: 0.02 } });
  expect(read).not.toHaveProperty('parts');
  // Who looks at many reads the number of the row, which is as old as its parts.
  const ofMany = (await loadRestStates(context, [bad.id], base - 1))(bad.id).get('errors');
  expect(ofMany).toMatchObject({ lastSlot: base + interval, reading: { value: 0.01 }, parts: madeOf(0.01) });
});

test.each<[string, Pick<JudgedReading, 'reading' | 'samples'>]>([
  ['a companion without a number', { reading: { kind: 'value', value: 0 }, samples: { kind: 'no-data' } }],
  ['no pod to ask of', { reading: { kind: 'unreachable', reason: waitsForPod }, samples: null }],
])('of what a rollback takes back %s is no trouble to whoever reads it again', async (_words, read) => {
  const minSamples = { query: 'requests', atLeast: 1 };
  const of = trigger('errors', read.samples ? { minSamples } : {});
  const { bad } = await twoReleases(store, { triggers: [of] });
  const key = { deploymentId: bad.id, trigger: 'errors' };
  const usable = {
    reading: { kind: 'value', value: 0 },
    samples: read.samples && { kind: 'value', value: 5 },
  };
  let before: TriggerState | null = null;
  for (const [n, said] of [usable, read, read].entries()) {
    const slot = base + n * interval;
    const claimed = await store.slots.claim(slot, 0, 'a', interval);
    if (!claimed) throw new Error('the slot is taken');
    await store.slots.watched(claimed, onlyWatched);
    const { definition, ...usual } = { ...given('errors'), ...(said as typeof read) };
    const moment = { ...usual, trigger: of, rules: definition.rules, before, slot, takenBack: n > 0 };
    const { state }: { state: TriggerState } = advanceTrigger(moment);
    before = state;
    const reading = { ...key, ...usual, slot, definition: { ...definition, trigger: of }, threshold: 0.05 };
    await store.slots.commit(claimed, [], () => ({
      states: [{ ...key, state, standing: true }],
      readings: [{ ...reading, phase: state.phase, heldMs: 0, lateMs: 5 }],
      ...{ asks: [], tripped: [], lateMs: 5 },
    }));
  }
  const again = (await loadTriggerStates(context, await rowsOf(bad)))(bad.id).get('errors');
  expect(again).toMatchObject({ troubleSince: null, lastSlot: base + 2 * interval });
  expect(again?.companion?.troubleSince ?? null).toBeNull();
});
