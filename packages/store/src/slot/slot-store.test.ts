import type { FleetFacts, Reading, SlotClaim, SlotCommit } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  deployment,
  given,
  memberOf,
  newId,
  query,
  run,
  service,
  state,
  t0,
  trigger,
  twoReleases,
  useStores,
} from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = 15_000;
let store: Store;
/** A fresh stretch of slots for each test. */
let base = t0;

beforeEach(async () => {
  store = open();
  base += 3_600_000;
  await query(
    postgres.url,
    'update deployments set watch_closed_at = coalesce(watch_closed_at, clock_timestamp()), newest = false',
  );
});

const empty: SlotCommit = { states: [], readings: [], asks: [], tripped: [], lateMs: 12 };

async function claim(slot: number, chunk = 0, replica = 'a'): Promise<SlotClaim> {
  const claimed = await store.slots.claim(slot, chunk, replica, interval);
  if (!claimed) throw new Error(`slot ${slot} was not free`);
  return claimed;
}

describe('claims', () => {
  test('three replicas, 40 slots: each slot is claimed once', async () => {
    const replicas = [store, open(), open()];
    const claimed: number[] = [];
    for (let i = 0; i < 40; i++) {
      const slot = base + i * interval;
      const results = await Promise.all(
        replicas.map((replica, index) => replica.slots.claim(slot, 3, `r${index}`, interval)),
      );
      claimed.push(...results.filter((result) => result !== null).map((result) => result.slot));
    }
    expect(claimed).toEqual(Array.from({ length: 40 }, (_, i) => base + i * interval));
  });

  test('missed slots are recorded, older ones refused', async () => {
    await claim(base);
    await claim(base + 4 * interval);
    expect(await store.slots.claim(base + 2 * interval, 0, 'late', interval)).toBeNull();
    const text = 'select missed from slots where chunk = 0 and slot > $1 order by slot';
    expect(await query(postgres.url, text, [new Date(base)])).toEqual([{ missed: 3 }]);
    const missedSince = async (since: number) => (await store.views.evaluator(since)).missed;
    // Those before are the claimed one that nobody finished, and three that nobody claimed; the last is under way.
    expect(await missedSince(base)).toBe(4);
    expect(await missedSince(base + 3 * interval)).toBe(1);
  });

  test('of a long time without anybody only what lies within the last hour is said of it', async () => {
    await claim(base, 0);
    await claim(base + 3 * 3_600_000, 0);
    expect((await store.views.evaluator(base + 2 * 3_600_000)).missed).toBe(240);
    base += 4 * 3_600_000;
  });

  test('600 watched deployments make three chunks, and each is watched in exactly one', async () => {
    const first = service();
    await store.services.apply(first, 'ada', t0);
    // Declared by one statement, for the sake of the time that 600 declarations take.
    await query(
      postgres.url,
      `insert into services
       select (jsonb_populate_record(s, jsonb_build_object('key', s.key || n, 'name', s.name || n))).*
       from services s, generate_series(1, 599) n where s.key = $1`,
      [first.key],
    );
    const copies = Array.from({ length: 599 }, (_, n) => ({
      ...first,
      ...{ key: `${first.key}${n + 1}`, name: `${first.name}${n + 1}` },
    }));
    const services = [first, ...copies];
    await store.deployments.commit({ newDeployments: services.map((one) => deployment(one)) });
    expect(await store.slots.chunks()).toBe(3);
    const seen: string[] = [];
    for (let chunk = 0; chunk < 3; chunk++) {
      const watched = await store.slots.watched(await claim(base, chunk), onlyWatched);
      expect(watched.length).toBeLessThanOrEqual(250);
      seen.push(...watched.map((one) => one.service.key));
    }
    expect(seen.toSorted()).toEqual(services.map((one) => one.key).toSorted());
  }, 120_000);
});

describe('what is watched', () => {
  test('says of a service that was deleted and is declared again that this was told', async () => {
    const { svc, bad } = await twoReleases(store, { triggers: [trigger('errors')] });
    const about = { service: svc.key, deploymentId: bad.id, runId: null, at: base, title: '', text: '' };
    const page = { key: newId('page'), kind: 'rollback_suggested', urgency: 'page', ...about } as const;
    await store.deployments.commit({ notifications: [page] });
    expect((await store.services.delete(svc.key, 'ada', base)).kind).toBe('deleted');
    await store.services.apply(svc, 'ada', base);
    const watched = await store.slots.watched(await claim(base), { ...onlyWatched, standingMs: interval });
    expect(watched).toMatchObject([{ deployment: { id: bad.id }, toldOverAt: expect.any(Number) }]);
  });

  test('comes with its triggers, states, last known good, last attempt, last decision', async () => {
    const set = { name: newId('set'), description: '', triggers: [trigger('errors'), trigger('latency')] };
    await store.triggerSets.apply(set);
    const own = trigger('errors', { threshold: 0.5 });
    const { svc, bad, good } = await twoReleases(store, { triggerSets: [set.name], triggers: [own] });
    const first = await claim(base);
    const [one] = await store.slots.watched(first, onlyWatched);
    expect(one).toMatchObject({
      deployment: { id: bad.id, release: 2 },
      service: svc,
      triggers: [
        { trigger: own, state: null },
        { trigger: { name: 'latency' }, state: null },
      ],
      lastKnownGood: { id: good.id },
      lastAttemptAt: null,
      activeRunId: null,
      lastDecision: null,
    });
    const reading: Reading = { kind: 'value', value: Number.POSITIVE_INFINITY };
    const firing = state({ phase: 'firing', reading, lastSlot: base, everFired: true });
    const decision = {
      id: newId('decision'),
      deploymentId: bad.id,
      service: svc.key,
      slot: base,
      verdict: 'roll_back' as const,
      wanted: 'roll_back' as const,
      trigger: 'errors',
      sentence: 's',
      restraints: ['none', 'at all'],
      evidence: [
        {
          trigger: 'errors',
          severity: 'auto_rollback' as const,
          phase: 'firing' as const,
          reading,
          threshold: 1,
          comparison: 'greater_than' as const,
          unit: '',
          heldMs: 1.5,
          forMs: 2,
        },
      ],
      guards: [
        {
          trigger: 'errors',
          slot: base,
          firedAt: base,
          lookBack: {
            reading,
            samples: { kind: 'unreachable' as const, reason: 'HTTP 500' },
            memory: reading,
          },
          dependencies: [],
          withoutEvidence: 'suggest' as const,
          waitMs: 2 * interval,
          unknownSince: base,
          outcome: 'waits' as const,
          reason: 'it waits',
        },
      ],
    };
    const queued = run(svc, bad.id, good.id, { createdAt: base + 5 });
    await store.slots.commit(first, [], () => ({
      ...empty,
      states: [{ deploymentId: bad.id, trigger: 'errors', state: firing }],
      decisions: [decision],
      newRuns: [queued],
    }));
    const [next] = await store.slots.watched(await claim(base + interval), onlyWatched);
    expect(next).toMatchObject({ lastAttemptAt: base + 5, activeRunId: queued.id, lastDecision: decision });
    expect(next?.triggers[0]?.state).toEqual(firing);
    await query(postgres.url, `update runs set status = 'stopped', finished_at = $2 where id = $1`, [
      queued.id,
      new Date(base + 600_000),
    ]);
    const [after] = await store.slots.watched(await claim(base + 2 * interval), onlyWatched);
    expect(after).toMatchObject({ lastAttemptAt: base + 600_000, activeRunId: null });
  });
});

describe('commits', () => {
  test('every kind of reading is read back as what it was', async () => {
    const { bad } = await twoReleases(store);
    const readings: Reading[] = [
      { kind: 'value', value: 0.125 },
      { kind: 'value', value: Number.NEGATIVE_INFINITY },
      { kind: 'no-data' },
      { kind: 'not-a-number' },
      { kind: 'unreachable', reason: 'refused\0' },
      { kind: 'ambiguous', count: 3 },
    ];
    const claimed = await claim(base);
    const rows = readings.map((reading, index) => ({
      deploymentId: bad.id,
      trigger: `t${index}`,
      slot: base,
      reading,
      threshold: 1,
      phase: 'inactive' as const,
      heldMs: 0,
      lateMs: 3,
    }));
    const parts = readings.map((reading, n) => ({ name: `p${n}`, reading, overMs: n * 1000 }));
    const judged = rows.map((row) => ({
      ...row,
      ...given(row.trigger),
      samples: row.reading,
      ...(row.reading.kind === 'ambiguous' ? { parts } : {}),
    }));
    const ask = { slot: base, query: 'up', at: base, answerDigest: null, tookMs: 1.5, error: 'down' };
    await store.slots.commit(claimed, [], () => ({ ...empty, readings: judged, asks: [ask] }));
    const stored = await store.views.readings(bad.id, base, base);
    expect(stored).toEqual(
      rows.map((row) =>
        row.reading.kind === 'unreachable'
          ? { ...row, reading: { ...row.reading, reason: 'refused\uFFFD' } }
          : row,
      ),
    );
    const history = await store.readings.history(bad.id);
    const readBack = parts.map((part) => ({
      ...part,
      reading: stored.find((_row, n) => part.name === `p${n}`)?.reading,
    }));
    expect(history).toEqual(
      stored.map((row, i) => ({
        ...judged[i],
        ...row,
        samples: row.reading,
        ...(row.reading.kind === 'ambiguous' ? { parts: readBack } : {}),
      })),
    );
    expect(
      await query(postgres.url, 'select query, error from asks where slot = $1', [new Date(base)]),
    ).toEqual([{ query: 'up', error: 'down' }]);
  });

  test('a slot is committed once, also when its commit is sent again', async () => {
    const { svc, bad } = await twoReleases(store);
    const claimed = await claim(base);
    const text = newId('text');
    const commit = (): SlotCommit => ({
      ...empty,
      events: [
        {
          type: 'trigger.fired',
          at: base,
          service: svc.key,
          deploymentId: bad.id,
          runId: null,
          text,
          data: {},
        },
      ],
    });
    await store.slots.commit(claimed, [], commit);
    await store.slots.commit(claimed, [], commit);
    expect(await query(postgres.url, 'select 1 from events where text = $1', [text])).toHaveLength(1);
  });

  test('a frozen replica that thaws after a newer slot writes nothing; its slot is marked', async () => {
    const { bad } = await twoReleases(store);
    const frozen = await claim(base, 0, 'frozen');
    await store.slots.watched(frozen, onlyWatched);
    const other = open();
    const newer = await other.slots.claim(base + interval, 0, 'b', interval);
    if (!newer) throw new Error('the next slot was not free');
    await other.slots.watched(newer, onlyWatched);
    const told = (value: number) => ({
      ...empty,
      states: [
        { deploymentId: bad.id, trigger: 'errors', state: state({ reading: { kind: 'value', value } }) },
      ],
    });
    await other.slots.commit(newer, [], () => told(2));
    let judged = false;
    await store.slots.commit(frozen, [], () => {
      judged = true;
      return told(1);
    });
    expect(judged).toBe(false);
    const rows = await query(
      postgres.url,
      'select reading_value from trigger_states where deployment_id = $1',
      [bad.id],
    );
    expect(rows).toEqual([{ reading_value: 2 }]);
    const slots = await query(postgres.url, 'select discarded from slots where slot = $1 and chunk = 0', [
      new Date(base),
    ]);
    expect(slots).toEqual([{ discarded: true }]);
  });

  test('a slot judged on states that changed meanwhile is discarded, not merged', async () => {
    const { bad } = await twoReleases(store);
    const slow = await claim(base, 0, 'slow');
    const other = open();
    const newer = await other.slots.claim(base + interval, 0, 'b', interval);
    if (!newer) throw new Error('the next slot was not free');
    await other.slots.watched(newer, onlyWatched);
    await store.slots.watched(slow, onlyWatched);
    const write = (by: Store, claimed: SlotClaim, value: number) =>
      by.slots.commit(claimed, [], () => ({
        ...empty,
        states: [
          { deploymentId: bad.id, trigger: 'errors', state: state({ reading: { kind: 'value', value } }) },
        ],
      }));
    await write(store, slow, 1);
    await write(other, newer, 2);
    const rows = await query(
      postgres.url,
      'select reading_value from trigger_states where deployment_id = $1',
      [bad.id],
    );
    expect(rows).toEqual([{ reading_value: 1 }]);
  });

  test('brakes: chunks that trip in the same slot see each other, one after the other', async () => {
    const releases = [await twoReleases(store), await twoReleases(store), await twoReleases(store)];
    const facts: FleetFacts[] = [];
    const stores = [store, open(), open()];
    const claims = await Promise.all([10, 11, 12].map((chunk, i) => claim(base, chunk, `r${i}`)));
    await Promise.all(
      claims.map((claimed, i) => {
        const { svc, bad, good } = releases[i] as (typeof releases)[number];
        return stores[i]?.slots.commit(claimed, [svc.key], (fleet) => {
          facts.push(fleet);
          const requester = { kind: 'automatic' as const, trigger: 'errors', decisionId: 'd' };
          return {
            ...empty,
            tripped: [svc.key],
            newRuns: [run(svc, bad.id, good.id, { requester, createdAt: base })],
          };
        });
      }),
    );
    expect(facts.map((fleet) => fleet.trippedInSlot)).toEqual([0, 1, 2]);
    const before = facts[0]?.automaticInLastHour ?? 0;
    expect(facts.map((fleet) => fleet.automaticInLastHour - before)).toEqual([0, 1, 2]);
  });

  test('brakes: every service of a group counts, and one that two chunks want back counts once', async () => {
    const releases = [await twoReleases(store), await twoReleases(store), await twoReleases(store)] as const;
    const [first, second, third] = releases.map(({ svc }) => svc.key);
    const members = releases.slice(0, 2).map(memberOf);
    const requester = { kind: 'automatic' as const, trigger: 'errors', decisionId: 'd' };
    const at = base + 60_000;
    const facts = new Map<string, FleetFacts>();
    const wants = [
      [first, second],
      [second, third],
    ].map((keys) => keys.flatMap((one) => one ?? []));
    const stores = [store, open()];
    const claims = await Promise.all([60, 61].map((chunk, i) => claim(at, chunk, `r${i}`)));
    const group = () => {
      const { svc, bad, good } = releases[0];
      return run(svc, bad.id, good.id, { requester, createdAt: at, members });
    };
    const alone = () => {
      const { svc, bad, good } = releases[1];
      return run(svc, bad.id, good.id, { requester, createdAt: at });
    };
    const results = await Promise.all(
      claims.map((claimed, i) =>
        stores[i]?.slots.commit(claimed, wants[i] ?? [], (fleet) => {
          facts.set(`${i}`, fleet);
          return { ...empty, tripped: wants[i] ?? [], newRuns: [i === 0 ? group() : alone()] };
        }),
      ),
    );
    // Whoever comes second finds one other service in the slot, and loses for the one that both would take back.
    const trips = [facts.get('0')?.trippedInSlot, facts.get('1')?.trippedInSlot];
    expect(trips.toSorted()).toEqual([0, 1]);
    expect(results.map((one) => one?.lostRuns.length)).toEqual(trips.map((count) => (count === 0 ? 0 : 1)));
    const counts = [0, 1].map((i) => facts.get(`${i}`)?.automaticInLastHour ?? 0);
    const winner = trips[0] === 0 ? 2 : 1;
    expect(Math.max(...counts) - Math.min(...counts)).toBe(winner);
  });

  test('a run that loses against an active one is told', async () => {
    const { svc, bad, good } = await twoReleases(store);
    await store.commands.queueRun(run(svc, bad.id, good.id));
    const lost = run(svc, bad.id, good.id);
    const result = await store.slots.commit(await claim(base), [svc.key], () => ({
      ...empty,
      newRuns: [lost],
    }));
    expect(result).toEqual({ lostRuns: [lost.id], isDiscarded: false });
  });
});

test('old days are dropped, new ones are made when they come', async () => {
  const { bad } = await twoReleases(store);
  const old = base - 40 * 86_400_000;
  // One in breach has a row of its own, one at rest is packed.
  const at = async (slot: number, chunk: number) => {
    const readings = [0.9, 0.01].map((value, index) => ({
      deploymentId: bad.id,
      trigger: `t${index}`,
      slot,
      reading: { kind: 'value' as const, value },
      threshold: 0.05,
      phase: 'inactive' as const,
      heldMs: 0,
      lateMs: empty.lateMs,
      ...given('t'),
    }));
    const ask = {
      slot,
      query: 'up',
      at: slot,
      answerDigest: `sha256:${'0a'.repeat(32)}`,
      tookMs: 1,
      error: null,
    };
    const asks = [ask, { ...ask, answerDigest: null, error: 'down' }];
    await store.slots.commit(await claim(slot, chunk), [], () => ({ ...empty, readings, asks }));
  };
  const day = (at: number) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  await at(old, 20);
  await at(base, 21);
  const dropped = await store.readings.retain(base - 30 * 86_400_000);
  const tables = ['asked_queries', 'asks', 'packed_asks', 'packed_readings', 'reading_series', 'readings'];
  expect(dropped.toSorted()).toEqual(tables.map((table) => `${table}_${day(old)}`));
  expect((await store.views.readings(bad.id, 0, base)).map((row) => row.slot)).toEqual([base, base]);
  expect(
    [await store.readings.asks(old), await store.readings.asks(base)].map(({ length }) => length),
  ).toEqual([0, 2]);
  await at(old + 1_000, 20);
  expect(await store.views.readings(bad.id, 0, base)).toHaveLength(4);
});
