import {
  type JudgedReading,
  type Reading,
  type RollbackTrigger,
  replay,
  type SlotCommit,
  standsStill,
} from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { query, useStores } from '@lastgood/store/store-harness';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { usePostgres } from '../postgres/use-postgres.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero, minute } from './builders.ts';
import { monitorSettings } from './test-engine.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = monitorSettings.intervalMs;
const day = 86_400_000;
const number = (value: number): Reading => ({ kind: 'value', value });

const triggers: RollbackTrigger[] = [
  aTrigger({ name: 'errors', query: 'errors $SERVICE', forMs: 2 * interval, onNoData: 'breach' }),
  aTrigger({
    ...{ name: 'few', query: 'few $SERVICE', minSamples: { query: 'count $SERVICE', atLeast: 20 } },
    ...{ forMs: 3 * interval, keepFiringMs: minute, severity: 'page_and_suggest' },
  }),
  aTrigger({
    ...{ name: 'low', query: 'low $SERVICE', comparison: 'less_than', threshold: -100, forMs: 0 },
    ...{ severity: 'log_only', onNotANumber: 'healthy', initialDelayMs: minute },
  }),
];

/** Mostly a little noise within the thresholds; any double is read back as it was but -0, which the database's text has no sign for. */
const answers: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0, max: 0.05, noNaN: true }).map(number) },
  { weight: 2, arbitrary: fc.double({ noNaN: true }).map((value) => number(value + 0)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Reading>(
      { kind: 'no-data' },
      { kind: 'not-a-number' },
      { kind: 'unreachable', reason: 'refused' },
      { kind: 'ambiguous', count: 3 },
    ),
  },
);

interface Slot {
  /** Nobody judged it. */
  missed: boolean;
  /** The replica that judges it. */
  replica: number;
  /** What each question is answered, by turns. */
  answers: Reading[];
}

const slots: fc.Arbitrary<Slot[]> = fc.array(
  fc.record({
    missed: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    replica: fc.integer({ min: 0, max: 1 }),
    answers: fc.array(answers, { minLength: 8, maxLength: 8 }),
  }),
  { minLength: 40, maxLength: 50 },
);

let plays = 0;

test('what is packed answers every question as if each reading had its row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.noBias(slots), async (story) => {
      plays += 1;
      await expectSameAnswers(await play(story, dayZero + plays * day - (dayZero % day) - 20 * interval));
    }),
    { numRuns: 2, endOnFailure: true },
  );
  const kept = await query<{ packed: number; rows: number }>(
    postgres.url,
    `select (select sum(cardinality(series))::int from packed_readings) as packed,
       (select count(*) from readings) as rows`,
  );
  expect(kept[0]?.packed).toBeGreaterThan(20);
  expect(kept[0]?.rows).toBeGreaterThan(20);
}, 120_000);

interface Played {
  store: Store;
  ids: string[];
  /** What was handed to the store, slot by slot. */
  said: SlotCommit[];
}

/** Two services that are watched over midnight by two replicas, which know nothing but what is stored. */
async function play(story: readonly Slot[], start: number): Promise<Played> {
  const time = createVirtualTime(start);
  const stores = [open({ now: time.now }), open({ now: time.now })] as const;
  const [store] = stores;
  const said: SlotCommit[] = [];
  let asked = 0;
  let now: Slot | undefined;
  const metrics = createInMemoryMetricSource(
    () => now?.answers[asked++ % now.answers.length] ?? { kind: 'no-data' },
  );
  const monitors = stores.map(({ slots: kept }, index) =>
    createMonitor({
      deployments: store.deployments,
      slots: {
        ...kept,
        commit: (claim, tripped, judge) =>
          kept.commit(claim, tripped, (fleet) => {
            const commit = judge(fleet);
            said.push(commit);
            return commit;
          }),
      },
      ...{ metrics, clock: time.clock, replica: `replica-${index}`, settings: monitorSettings },
      newId: () => `decision-${plays}-${said.length}-${index}-${Math.round(asked)}`,
    }),
  );
  await query(
    postgres.url,
    'update deployments set watch_closed_at = started_at, newest = false where newest',
  );
  const ids = await begin(store, start);
  for (const [place, slot] of story.entries()) {
    now = slot;
    await time.pass(interval);
    if (slot.missed) continue;
    await monitors[slot.replica]?.tick(time.now(), new AbortController().signal);
    if (place % 3 === 0) await expectRows(said.at(-1));
  }
  return { store, ids, said };
}

/** What others read of a trigger's row alone is in it at once, also while the row as a whole is written seldom. */
async function expectRows(commit: SlotCommit | undefined): Promise<void> {
  const states = commit?.states ?? [];
  const rows = await query(
    postgres.url,
    `select s.deployment_id || ' ' || s.trigger as key, phase, since, held_ms as "heldMs", ever_fired as "everFired",
       trouble_reason as "troubleReason", last_judged_slot is distinct from last_slot as "standsStill"
     from trigger_states s join unnest($1::text[], $2::text[]) as given(id, trigger)
       on s.deployment_id = given.id and s.trigger = given.trigger order by 1`,
    [states.map((one) => one.deploymentId), states.map((one) => one.trigger)],
  );
  const said = states.map(({ deploymentId, trigger, state }) => {
    const { phase, since, heldMs, everFired, troubleReason } = state;
    const key = `${deploymentId} ${trigger}`;
    return { key, phase, since, heldMs, everFired, troubleReason, standsStill: standsStill(state) };
  });
  expect(rows).toEqual(said.sort((a, b) => (a.key < b.key ? -1 : 1)));
}

async function begin(store: Store, start: number): Promise<string[]> {
  const ids: string[] = [];
  // One is watched through its window and no longer, one does not complete.
  const watches = {
    web: {
      status: 'completed' as const,
      completedAt: start + 5 * interval,
      watchEndsAt: start + 30 * interval,
    },
    api: {},
  };
  for (const [word, watch] of Object.entries(watches)) {
    const name = `${word}-${plays}`;
    const service = aService({ name, triggers });
    const of = { service: service.key, startedAt: start };
    await store.services.apply(service, 'test', start);
    await store.deployments.commit({
      newDeployments: [aBaseline({ ...of, id: `${name}-1`, completedAt: start, watchClosedAt: start })],
    });
    await store.deployments.commit({
      newDeployments: [aDeployment({ ...of, ...watch, id: `${name}-2`, previousDeploymentId: `${name}-1` })],
    });
    ids.push(`${name}-2`);
  }
  return ids;
}

async function expectSameAnswers({ store, ids, said }: Played): Promise<void> {
  const readings = said.flatMap((commit) => commit.readings);
  for (const id of ids) {
    const mine = readings.filter((one) => one.deploymentId === id).sort(bySlotAndTrigger);
    const history = await store.readings.history(id);
    expect(history).toEqual(mine);
    await expectSameStates(store, { id, said, history });
    await expectSamePages(store, id, mine);
  }
  for (const { readings: some, asks } of said) {
    const slot = some[0]?.slot;
    if (slot === undefined) continue;
    const order = (a: { at: number; query: string }, b: { at: number; query: string }) =>
      a.at - b.at || (a.query < b.query ? -1 : 1);
    expect(await store.readings.asks(slot)).toEqual(asks.toSorted(order));
  }
}

function bySlotAndTrigger(a: JudgedReading, b: JudgedReading): number {
  return a.slot - b.slot || (a.trigger < b.trigger ? -1 : 1);
}

/** Judged again from what is stored, each slot comes to the states that were written in it, and the last to those that stand. */
async function expectSameStates(
  store: Store,
  { id, said, history }: { id: string; said: SlotCommit[]; history: JudgedReading[] },
): Promise<void> {
  const written = said.flatMap(({ states, readings }) =>
    states
      .filter((one) => one.deploymentId === id)
      .map(({ trigger, state }) => ({ slot: readings[0]?.slot, trigger, state })),
  );
  const replayed = replay(history).flatMap(({ slot, judged }) =>
    judged.map(({ trigger, state }) => ({ slot, trigger: trigger.name, state })),
  );
  const key = (one: { slot: number | undefined; trigger: string }) => `${one.slot} ${one.trigger}`;
  expect(new Map(replayed.map((one) => [key(one), one.state]))).toEqual(
    new Map(written.map((one) => [key(one), one.state])),
  );
  const page = await store.views.deployment(id);
  for (const { trigger, state } of page?.triggers ?? [])
    expect(state).toEqual(replayed.findLast((one) => one.trigger === trigger.name)?.state ?? null);
}

/** How a release stands is read without judging anything again, and comes to the same. */
async function expectSameStanding(store: Store, id: string): Promise<void> {
  const found = (await store.views.standings(null, 86_400_000)).rows.find(
    ({ release }) => release?.id === id,
  );
  if (!found) return;
  const told = ({ trigger, state }: (typeof found.triggers)[number]) =>
    state && {
      ...{ trigger: trigger.name, phase: state.phase, since: state.since, heldMs: state.heldMs },
      ...{ lastSlot: state.lastSlot, lastJudgedSlot: state.lastJudgedSlot },
      ...{ troubleSince: state.troubleSince, troubleReason: state.troubleReason },
    };
  const judged = await store.views.deploymentTriggers(id);
  expect(found.triggers.map(told)).toEqual(judged?.triggers.map(told));
}

/** The chart of any range, and of what is watched still the sparklines and the live line. */
async function expectSamePages(store: Store, id: string, mine: readonly JudgedReading[]): Promise<void> {
  const rows = mine.map(({ definition: _, samples: _s, counts: _c, settling: _t, ...row }) => row);
  const places = [0, 1 / 3, 1 / 2, 1].map((share) => rows[Math.floor(share * (rows.length - 1))]?.slot ?? 0);
  for (const from of places)
    for (const to of places)
      expect(await store.views.readings(id, from, to)).toEqual(
        rows.filter(({ slot }) => slot >= from && slot <= to),
      );
  await expectSameStanding(store, id);
  const watched = (await store.views.now(0, [id])).watched.find(({ deployment }) => deployment.id === id);
  if (!watched || watched.deployment.watchClosedAt !== null) return expect(id).toMatch(/^web/);
  const byTrigger = [...Map.groupBy(rows, ({ trigger }) => trigger)];
  expect(watched.recent).toEqual(Object.fromEntries(byTrigger.map(([name, all]) => [name, all.slice(-30)])));
  for (const after of places) {
    const live = await store.views.liveReadings(await store.views.judgedChunks(after));
    // What stands beside it has its breaches there, too.
    expect(live.filter(({ deploymentId }) => deploymentId === id)).toMatchObject(
      rows.filter(({ slot }) => slot > after),
    );
  }
}
