import { advanceTrigger, type JudgedReading, type Reading, type Watched } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { given, query, t0, trigger, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = 15_000;
/** Remembers from slot to slot. */
let store: Store;
/** Judges instead of it now and then. */
let other: Store;
let idle: Store;
let slot = t0;
let releases: Awaited<ReturnType<typeof twoReleases>>;

/** The real ones tell what they are told here, so that a promotion needs no second server. */
beforeAll(async () => {
  await query(postgres.url, "create table timeline as select '00000001' as name");
  await query(
    postgres.url,
    "create function pg_walfile_name(pg_lsn) returns text language sql as 'select name from public.timeline'",
  );
  const found = await query<{ name: string }>(postgres.url, 'select current_database() as name');
  await query(postgres.url, `alter database "${found[0]?.name}" set search_path = public, pg_catalog`);
});

/** Another server goes on with another history: rows of the same version hold something else. */
async function promote(): Promise<void> {
  await query(postgres.url, "update timeline set name = lpad((name::int + 1)::text, 8, '0')");
  await query(postgres.url, 'update trigger_states set slots_asked = slots_asked + 1000');
}

beforeEach(async () => {
  await query(postgres.url, 'update deployments set watch_closed_at = clock_timestamp(), newest = false');
  [store, other, idle] = [open(), open(), open()];
  slot += 3_600_000;
  releases = await twoReleases(store, { triggers: [trigger('errors'), trigger('latency')] });
  await twoReleases(store, { triggers: [trigger('errors')] });
});

const value = (number: number): Reading => ({ kind: 'value', value: number });
const breach = value(0.5);
const aChange = {
  ...{
    kind: 'workload' as const,
    target: { cluster: 'main', namespace: 'shop', kind: 'Deployment' as const, name: 'x' },
  },
  ...{ before: null, after: null },
};
const garbage: Reading = { kind: 'unreachable', reason: 'what\0comes' };

/** What a replica reads that never committed anything, and so remembers nothing. */
const anew = (at: number) => idle.slots.watched({ slot: at, chunk: 0, replica: 'idle' }, onlyWatched);

/** Judges the next slot; what it was judged from has to be what a replica reads that remembers nothing. */
async function judge(
  reading: Reading,
  { by = store, fails = false, between = async () => {} } = {},
): Promise<Watched[]> {
  slot += interval;
  const claim = await by.slots.claim(slot, 0, by === store ? 'a' : 'b', interval);
  if (!claim) throw new Error('the slot is taken');
  const expected = await anew(slot);
  const watched = await by.slots.watched(claim, onlyWatched);
  expect(watched).toEqual(expected);
  const judged = watched.flatMap((one) =>
    one.triggers.map(({ trigger: { name }, state: before }) => {
      const { definition, ...usual } = given(name);
      const { trigger: by, rules } = definition;
      const { state } = advanceTrigger({ ...usual, trigger: by, rules, before, reading, slot });
      const key = { deploymentId: one.deployment.id, trigger: name };
      const { phase, heldMs } = state;
      const kept = { ...usual, definition, slot, reading, threshold: 0.05, phase, heldMs, lateMs: 5 };
      return { state: { ...key, state }, reading: { ...key, ...kept } satisfies JudgedReading };
    }),
  );
  await between();
  const commit = by.slots.commit(claim, [], () => {
    if (fails) throw new Error('refused');
    return {
      states: judged.map(({ state }) => state),
      readings: judged.map((one) => one.reading),
      ...{ asks: [], tripped: [], lateMs: 5 },
    };
  });
  if (fails) await expect(commit).rejects.toThrow('refused');
  else await commit;
  return watched;
}

describe('what is remembered of a chunk', () => {
  test('is what is read: at rest for longer than rows are, in breach, in trouble, at rest again', async () => {
    for (let n = 0; n < 6; n += 1) await judge(value(n / 1_000));
    for (const reading of [
      breach,
      breach,
      garbage,
      garbage,
      value(0),
      value(-0),
      { kind: 'no-data' } as const,
    ])
      await judge(reading);
    for (let n = 0; n < 6; n += 1) await judge(value(Number.NEGATIVE_INFINITY));
  });

  test('is not what another replica has judged on', async () => {
    await judge(value(0));
    await judge(breach, { by: other });
    const [seen] = await judge(value(0));
    expect(seen?.triggers[0]?.state).toMatchObject({ phase: 'pending', lastBreachSlot: slot - interval });
    await judge(value(0.01), { by: other });
    await judge(value(0.02), { by: other });
    await judge(value(0.03));
  });

  test('is not what was thought and never committed', async () => {
    for (const reading of [value(0), value(0.01)]) await judge(reading);
    await judge(breach, { fails: true });
    const [seen] = await judge(value(0));
    expect(seen?.triggers[0]?.state).toMatchObject({ phase: 'inactive', lastBreachSlot: null });
  });

  test('is nothing of a database that lacks what was committed', async () => {
    await judge(value(0));
    await judge(breach);
    // What a standby that had not heard of it is like.
    await query(postgres.url, `delete from readings where slot = to_timestamp(${slot / 1_000})`);
    await query(postgres.url, "update trigger_states set phase = 'inactive', last_breach_slot = null");
    await query(
      postgres.url,
      "update chunks set last_finished = last_finished - interval '15 s' where chunk = 0",
    );
    const [seen] = await judge(value(0));
    expect(seen?.triggers[0]?.state?.phase).toBe('inactive');
  });

  test('is nothing of another history', async () => {
    for (const reading of [value(0), value(0.01)]) await judge(reading);
    await promote();
    const [seen] = await judge(value(0));
    expect(seen?.triggers[0]?.state?.slotsAsked).toBeGreaterThan(1_000);
  });

  test('is nothing that was read of one history and committed in another', async () => {
    for (const reading of [value(0), value(0.01)]) await judge(reading);
    await judge(value(0.02), { between: promote });
    await judge(value(0));
  });

  test('is read again where somebody else changed it', async () => {
    const { svc, bad, good } = releases;
    const changes: (() => Promise<unknown>)[] = [
      () => store.services.apply({ ...svc, labels: { team: 'x' } }, 'ada', slot),
      () => store.services.apply({ ...svc, triggers: [trigger('errors')] }, 'ada', slot),
      () => other.marks.put(bad.id, { verdict: 'bad', by: 'ada', at: slot, note: null }),
      () => other.deployments.commit({ deployments: [{ id: bad.id, changes: [aChange] }] }),
      () => other.deployments.commit({ deployments: [{ id: bad.id, version: 'v7' }] }),
      () => other.deployments.commit({ deployments: [{ id: good.id, changes: [aChange] }] }),
      () => other.deployments.commit({ deployments: [{ id: good.id, version: 'v6' }] }),
      () => other.deployments.commit({ deployments: [{ id: good.id, status: 'failed' }] }),
    ];
    for (const change of changes) {
      await judge(value(0));
      const before = await anew(slot + interval);
      await change();
      expect(await anew(slot + interval)).not.toEqual(before);
      await judge(value(0));
    }
  });
});
