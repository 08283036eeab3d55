import { concludeDone, type Notification, rollbackDeployment, type Service } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { endAllRuns, newId, query, queuedRun, run, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const day = 86_400_000;
const drills = { everyDays: 90 };
const forever = new AbortController().signal;
let store: Store;

beforeEach(async () => {
  store = open({ now: Date.now });
  await endAllRuns(postgres.url);
});

/** Nobody sets the clock of a database for a test: what was is set earlier instead. */
async function pass(key: string, days: number): Promise<void> {
  const ago = `- ${days} * interval '24 hours'`;
  await query(postgres.url, `update services set drills_since = drills_since ${ago} where key = $1`, [key]);
  await query(postgres.url, `update drills set at = at ${ago} where service_key = $1`, [key]);
  await query(
    postgres.url,
    `update run_members set started_at = started_at ${ago}, finished_at = finished_at ${ago} where service_key = $1`,
    [key],
  );
}

async function eventsOf(key: string): Promise<string[]> {
  const rows = await query<{ type: string }>(
    postgres.url,
    "select type from events where service_key = $1 and type like 'drill.%' order by id",
    [key],
  );
  return rows.map(({ type }) => type);
}

async function toldOf(key: string): Promise<Notification[]> {
  const rows = await query<{ notification: Notification }>(
    postgres.url,
    "select notification from outbox where incident like 'drill/%' and notification ->> 'service' = $1 order by id",
    [key],
  );
  return rows.map(({ notification }) => notification);
}

const kindsOf = async (key: string) => (await toldOf(key)).map(({ kind }) => kind);
const settle = (by: Store = store) => by.drills.settle(forever);
const factsOf = async (key: string) => (await store.views.service(key))?.drills;
const apply = (svc: Service, over: Partial<Service>) =>
  store.services.apply({ ...svc, ...over }, 'ada', Date.now());
const recorded = (over = {}) => ({ at: Date.now(), by: 'ada', note: 'game day', tookMs: 240_000, ...over });

/** A rollback of it that is verified, as the worker writes it. */
async function rollBack(isRecorded: boolean, svc: Awaited<ReturnType<typeof twoReleases>>) {
  const asked = run(svc.svc, svc.bad.id, svc.good.id, { createdAt: Date.now() });
  await store.commands.queueRun(asked);
  const claimed = await store.runs.claim('one', 30_000, []);
  if (claimed?.run.id !== asked.id) throw new Error('another run was due');
  const now = Date.now();
  const context = { ...claimed, run: { ...claimed.run, startedAt: now - 94_000 }, isRecorded };
  const began = { run: { status: 'running', startedAt: now - 94_000 } } as const;
  const newDeployments = isRecorded ? [rollbackDeployment(context, now)] : [];
  await store.runs.commit(claimed.lease, { ...began, newDeployments });
  await store.runs.commit(claimed.lease, concludeDone(context, now));
  return asked;
}

describe('what counts as practice', () => {
  test('a rollback that was verified, with who asked for it and how long it took', async () => {
    const releases = await twoReleases(store);
    const { key } = releases.svc;
    expect(await factsOf(key)).toEqual({ declared: null, since: null, last: null, canGoBack: true });
    const { id } = await rollBack(true, releases);
    expect((await factsOf(key))?.last).toMatchObject({
      ...{ kind: 'rollback', runId: id, requester: { kind: 'person', name: 'ada' }, tookMs: 94_000 },
    });
  });

  test('not one in which no step changed anything, nor one that is not over', async () => {
    const releases = await twoReleases(store);
    await rollBack(false, releases);
    expect((await factsOf(releases.svc.key))?.last).toBeNull();
    const other = await queuedRun(store);
    expect((await factsOf(other.svc.key))?.last).toBeNull();
  });

  test('a drill that is recorded, once for an id, and of what there is; the newest counts', async () => {
    const { svc } = await twoReleases(store);
    const [first, older] = [recorded(), recorded({ at: Date.now() - day, note: null })];
    for (const drill of [first, first])
      expect(await store.drills.record(svc.key, `${svc.key}-1`, drill)).toBe(true);
    expect(await store.drills.record(svc.key, newId('drill'), older)).toBe(true);
    expect((await factsOf(svc.key))?.last).toEqual({ kind: 'recorded', ...first });
    expect(await eventsOf(svc.key)).toEqual(['drill.recorded', 'drill.recorded']);
    expect(await store.drills.record('main/shop/nobody', newId('drill'), first)).toBe(false);
    await store.services.delete(svc.key, 'ada', Date.now());
    expect(await store.drills.record(svc.key, newId('drill'), first)).toBe(false);
  });
});

describe('since when it is counted', () => {
  test('from when it was first declared, through every change that keeps it', async () => {
    const { svc } = await twoReleases(store);
    await apply(svc, { drills });
    await pass(svc.key, 30);
    const since = (await factsOf(svc.key))?.since ?? 0;
    expect(since).toBeLessThan(Date.now() - 29 * day);
    await apply(svc, { drills: { everyDays: 60 }, team: 'another' });
    expect(await factsOf(svc.key)).toMatchObject({ declared: { everyDays: 60 }, since });
    await apply(svc, { drills: null });
    expect(await factsOf(svc.key)).toMatchObject({ declared: null, since: null });
    await apply(svc, { drills });
    expect((await factsOf(svc.key))?.since).toBeGreaterThan(Date.now() - day);
  });

  test('and from anew where the service was deleted meanwhile', async () => {
    const { svc } = await twoReleases(store, { drills });
    await pass(svc.key, 30);
    await store.services.delete(svc.key, 'ada', Date.now());
    await apply(svc, { drills });
    expect((await factsOf(svc.key))?.since).toBeGreaterThan(Date.now() - day);
  });
});

describe('that it is overdue', () => {
  test('is told once, whoever looks and however often, and again after it was over', async () => {
    const { svc } = await twoReleases(store, { drills });
    await settle();
    expect(await eventsOf(svc.key)).toEqual([]);
    await pass(svc.key, 91);
    const replicas = Array.from({ length: 4 }, () => open({ now: Date.now }));
    const settled = await Promise.all(replicas.map(settle));
    expect(settled.flat().filter((key) => key === svc.key)).toHaveLength(1);
    await pass(svc.key, 1);
    await settle();
    expect(await eventsOf(svc.key)).toEqual(['drill.overdue']);
    const [told] = await toldOf(svc.key);
    expect(told).toMatchObject({
      kind: 'drill_overdue',
      urgency: 'info',
      facts: { from: { version: 'v2' } },
    });
    // What is recorded ends it in its own transaction.
    await store.drills.record(svc.key, newId('drill'), recorded());
    expect(await eventsOf(svc.key)).toEqual(['drill.overdue', 'drill.recorded', 'drill.over']);
    await pass(svc.key, 91);
    await settle();
    expect(await kindsOf(svc.key)).toEqual(['drill_overdue', 'incident_over', 'drill_overdue']);
  });

  test('is over once a rollback is verified', async () => {
    const releases = await twoReleases(store, { drills });
    const { key } = releases.svc;
    await pass(key, 91);
    await settle();
    await rollBack(true, releases);
    await settle();
    expect(await kindsOf(key)).toEqual(['drill_overdue', 'incident_over']);
    expect((await toldOf(key)).at(-1)).toMatchObject({ text: expect.stringMatching(/^A rollback that ada/) });
  });

  test.each<[string, (svc: Service) => Promise<unknown>]>([
    ['once it is not asked for any more', (svc) => apply(svc, { drills: null })],
    ['once there is more time', (svc) => apply(svc, { drills: { everyDays: 180 } })],
    ['once its service is deleted', (svc) => store.services.delete(svc.key, 'ada', Date.now())],
  ])('is over %s', async (_name, end) => {
    const { svc } = await twoReleases(store, { drills });
    await pass(svc.key, 91);
    await settle();
    await end(svc);
    await settle();
    await settle();
    expect(await kindsOf(svc.key)).toEqual(['drill_overdue', 'incident_over']);
    expect(await eventsOf(svc.key)).toEqual(['drill.overdue', 'drill.over']);
  });

  test('waits for a rollback that is at work, and while somebody is called for the release', async () => {
    const releases = await twoReleases(store, { drills });
    const { svc, bad, good } = releases;
    await pass(svc.key, 91);
    const asked = run(svc, bad.id, good.id);
    await store.commands.queueRun(asked);
    await settle();
    expect(await eventsOf(svc.key)).toEqual([]);
    await query(postgres.url, "update runs set status = 'cancelled' where id = $1", [asked.id]);
    const about = {
      service: svc.key,
      deploymentId: bad.id,
      runId: null,
      title: '',
      text: '',
      at: Date.now(),
    };
    const page = { ...about, key: newId('page'), kind: 'rollback_suggested', urgency: 'page' } as const;
    await store.deployments.commit({ notifications: [page] });
    await settle();
    expect(await eventsOf(svc.key)).toEqual([]);
    const over = { ...about, key: newId('over'), kind: 'incident_over', urgency: 'info' } as const;
    await store.deployments.commit({ notifications: [over] });
    await settle();
    expect(await eventsOf(svc.key)).toEqual(['drill.overdue']);
  });

  test('waits for no service whose row another one holds', async () => {
    const [held, other] = [await twoReleases(store, { drills }), await twoReleases(store, { drills })];
    for (const { svc } of [held, other]) await pass(svc.key, 91);
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('begin');
    await client.query('select from services where key = $1 for update', [held.svc.key]);
    await settle();
    expect(await eventsOf(held.svc.key)).toEqual([]);
    expect(await eventsOf(other.svc.key)).toEqual(['drill.overdue']);
    await client.query('rollback');
    await client.end();
    await expect.poll(() => settle(), { timeout: 20_000 }).toContain(held.svc.key);
  });

  test('is told of nothing that has no release to go back from', async () => {
    const { svc } = await twoReleases(store, { drills });
    await query(postgres.url, 'delete from deployments where service_key = $1 and release = 1', [svc.key]);
    await pass(svc.key, 91);
    await settle();
    expect(await eventsOf(svc.key)).toEqual([]);
  });
});
