import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  deployment,
  endAllRuns,
  query,
  queuedRun,
  service,
  state,
  t0,
  twoReleases,
  useStores,
} from '../store-harness.ts';
import type { UnreadableRow } from './readable-rows.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let store: Store;
let told: UnreadableRow[];

beforeEach(async () => {
  told = [];
  store = open({ onUnreadable: (row) => told.push(row) });
  await endAllRuns(postgres.url);
  await query(postgres.url, 'truncate chunks, slots cascade');
  await query(
    postgres.url,
    'update deployments set watch_closed_at = clock_timestamp() where watch_closed_at is null',
  );
});

/** What no version wrote, or one that is newer than this. */
const spoil = (key: string, column: 'checks' | 'triggers' | 'workloads') =>
  query(postgres.url, `update services set ${column} = '7' where key = $1`, [key]);

describe('a row that cannot be read', () => {
  async function watched(slot: number) {
    const claim = await store.slots.claim(slot, 0, 'a', 15_000);
    if (!claim) throw new Error('the slot is taken');
    return (await store.slots.watched(claim, onlyWatched)).map((one) => one.deployment.id);
  }

  test.each(['checks', 'triggers'] as const)('leaves the others of its slot watched: %s', async (column) => {
    const [sick, well] = [await twoReleases(store), await twoReleases(store)];
    await spoil(sick.svc.key, column);
    expect(await watched(t0)).toEqual([well.bad.id]);
    expect(told).toMatchObject([{ table: 'deployments', id: sick.bad.id, error: expect.any(Error) }]);
  });

  test('leaves the others of its slot watched: the state of a trigger', async () => {
    const [sick, well] = [await twoReleases(store), await twoReleases(store)];
    // Another replica, of another version: what is read is not what this one wrote itself.
    const { slots } = open();
    const claim = await slots.claim(t0, 0, 'b', 15_000);
    if (!claim) throw new Error('the slot is taken');
    await slots.watched(claim, onlyWatched);
    const judged = { deploymentId: sick.bad.id, trigger: 'errors', state: state() };
    await slots.commit(claim, [], () => ({
      ...{ states: [judged], readings: [], asks: [], tripped: [], lateMs: 0 },
    }));
    await query(postgres.url, "update trigger_states set reading_kind = 'vague' where deployment_id = $1", [
      sick.bad.id,
    ]);
    expect(await watched(t0 + 15_000)).toEqual([well.bad.id]);
    expect(told).toMatchObject([{ id: sick.bad.id }]);
  });

  test('leaves a service watched that depends on the sick one, whose evidence is missing', async () => {
    const sick = await twoReleases(store);
    const asks = service({ dependencies: [sick.svc.key] });
    await store.services.apply(asks, 'ada', t0);
    const own = deployment(asks);
    await store.deployments.commit({ newDeployments: [own] });
    const claim = await store.slots.claim(t0, 0, 'a', 15_000);
    if (!claim) throw new Error('the slot is taken');
    const breaching = { deploymentId: sick.bad.id, trigger: 'errors', state: state({ phase: 'firing' }) };
    await store.slots.watched(claim, onlyWatched);
    await store.slots.commit(claim, [], () => ({
      ...{ states: [breaching], readings: [], asks: [], tripped: [], lateMs: 0 },
    }));
    await spoil(sick.svc.key, 'checks');
    const next = await store.slots.claim(t0 + 15_000, 0, 'a', 15_000);
    if (!next) throw new Error('the slot is taken');
    expect(await store.slots.watched(next, onlyWatched)).toMatchObject([
      {
        deployment: { id: own.id },
        dependencyEvidence: [
          { service: sick.svc.key, release: 1, stands: 'unreadable' },
          { service: sick.svc.key, release: 2, stands: 'unreadable' },
        ],
      },
    ]);
  });

  test('leaves the other services followed, and can be declared anew', async () => {
    const [sick, well] = [service(), service()];
    for (const one of [sick, well]) await store.services.apply(one, 'ada', t0);
    const keys = [sick.key, well.key];
    await spoil(sick.key, 'workloads');
    const short = (await store.deployments.toFollow())
      .map(({ key }) => key)
      .filter((key) => keys.includes(key));
    expect(short).toEqual([well.key]);
    await spoil(sick.key, 'checks');
    expect((await store.deployments.followed(keys)).map((one) => one.service.key)).toEqual([well.key]);
    expect(told).toMatchObject(told.map(() => ({ table: 'services', id: sick.key })));
    await store.services.apply(sick, 'ada', t0);
    expect(await store.deployments.followed(keys)).toHaveLength(2);
  });

  test('is put aside, so that the runs behind it are carried, and goes on when it is mended', async () => {
    const sick = await queuedRun(store);
    const well = await queuedRun(store);
    await query(postgres.url, "update runs set wake_at = wake_at - interval '1 minute' where id = $1", [
      sick.run.id,
    ]);
    await spoil(sick.svc.key, 'checks');
    expect((await store.runs.claim('a', 30_000, []))?.run.id).toBe(well.run.id);
    expect(told).toMatchObject([{ table: 'runs', id: sick.run.id }]);
    expect(await store.runs.claim('a', 30_000, [])).toBeNull();
    expect(told).toHaveLength(1);
    await store.services.apply(sick.svc, 'ada', t0);
    await query(postgres.url, "update runs set wake_at = wake_at - interval '1 minute' where id = $1", [
      sick.run.id,
    ]);
    expect((await store.runs.claim('a', 30_000, []))?.run.id).toBe(sick.run.id);
  });
});
