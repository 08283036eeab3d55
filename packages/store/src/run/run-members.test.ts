import { judgeCommand, type Run, type Service } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import { endAllRuns, memberOf, query, run, t0, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

beforeEach(async () => {
  await endAllRuns(postgres.url);
});

type Released = Awaited<ReturnType<typeof twoReleases>>;

const single = ({ svc, bad, good }: Released, over: Partial<Run> = {}) => run(svc, bad.id, good.id, over);
const group = (...all: [Released, ...Released[]]) => single(all[0], { members: all.map(memberOf) });
const records = (id: string) =>
  query<{ lane: number; service_key: string; status: string }>(
    postgres.url,
    'select lane, service_key, status from run_members where run_id = $1 order by lane',
    [id],
  );
const activeOf = async (svc: Service) =>
  (
    await query<{ run_id: string }>(
      postgres.url,
      `select run_id from run_members where service_key = $1 and status = any (array['queued', 'running'])`,
      [svc.key],
    )
  ).map((row) => row.run_id);

describe('every run names its members', () => {
  test('a run of one service has one, which follows it', async () => {
    const store = open();
    const one = await twoReleases(store);
    const asked = single(one);
    await store.commands.queueRun(asked);
    const claimed = await store.runs.claim('a', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    expect(claimed.run.members).toBeUndefined();
    expect(claimed.members).toBeUndefined();
    await store.runs.commit(claimed.lease, { run: { status: 'running', startedAt: t0 } });
    expect(await records(asked.id)).toEqual([{ lane: 0, service_key: one.svc.key, status: 'running' }]);
    await store.runs.commit(claimed.lease, { run: { status: 'done', verdict: 'passed', finishedAt: t0 } });
    expect(await activeOf(one.svc)).toEqual([]);
    expect(await store.commands.queueRun(single(one))).toEqual({ kind: 'queued' });
  });

  test('a group comes back with its members, what surrounds each, and the lanes of its steps', async () => {
    const store = open();
    const [first, second] = [await twoReleases(store), await twoReleases(store)];
    const asked = group(first, second);
    await store.commands.queueRun(asked);
    const claimed = await store.runs.claim('a', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    expect(claimed.run.members).toEqual(asked.members);
    expect(claimed.members?.map((member) => member.service.key)).toEqual([first.svc.key, second.svc.key]);
    expect(claimed.members?.map((member) => member.target.id)).toEqual([first.good.id, second.good.id]);
    await store.runs.commit(claimed.lease, {
      run: { status: 'running', startedAt: t0 },
      newSteps: [aStep({ ordinal: 0 }), aStep({ ordinal: 1, lane: 1 })],
      members: [{ lane: 0, status: 'done', verdict: 'passed', finishedAt: t0 }],
    });
    const row = await store.views.run(asked.id);
    expect(row?.steps.map(({ lane }) => lane)).toEqual([0, 1]);
    expect(row?.run.members?.map(({ status, verdict }) => [status, verdict])).toEqual([
      ['done', 'passed'],
      ['queued', null],
    ]);
  });
});

describe('one active run of a service, as its own or in a group', () => {
  test('a group that finds a member busy is not there at all, and is told which run it is', async () => {
    const store = open();
    const [first, second] = [await twoReleases(store), await twoReleases(store)];
    const busy = single(second);
    await store.commands.queueRun(busy);
    const asked = group(first, second);
    expect(await store.commands.queueRun(asked)).toMatchObject({ kind: 'active', run: { id: busy.id } });
    expect(await records(asked.id)).toEqual([]);
    expect(await store.commands.queueRun(single(first))).toEqual({ kind: 'queued' });
  });

  test('a service inside a group is busy', async () => {
    const store = open();
    const [first, second] = [await twoReleases(store), await twoReleases(store)];
    const asked = group(first, second);
    await store.commands.queueRun(asked);
    expect(await store.commands.queueRun(single(second))).toMatchObject({
      kind: 'active',
      run: { id: asked.id },
    });
    await query(postgres.url, "update runs set status = 'cancelled' where id = $1", [asked.id]);
    expect((await records(asked.id)).map((row) => row.status)).toEqual(['cancelled', 'cancelled']);
    expect(await store.commands.queueRun(single(second))).toEqual({ kind: 'queued' });
  });

  test("a service whose record has ended is free, although the run it was asked for goes on with the others'", async () => {
    const store = open();
    const [first, second] = [await twoReleases(store), await twoReleases(store)];
    const asked = group(first, second);
    await store.commands.queueRun(asked);
    const claimed = await store.runs.claim('a', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    const ended = { lane: 0, status: 'done' as const, verdict: 'passed' as const, finishedAt: t0 };
    await store.runs.commit(claimed.lease, { run: { status: 'running', startedAt: t0 }, members: [ended] });
    expect(await store.commands.queueRun(single(first))).toEqual({ kind: 'queued' });
    expect(await store.commands.queueRun(single(second))).toMatchObject({
      kind: 'active',
      run: { id: asked.id, members: [{ status: 'done' }, { targetDeploymentId: second.good.id }] },
    });
  });

  test('groups that overlap, 40 at once on two stores and in both orders: one run', async () => {
    const stores = [open(), open()] as const;
    const [first, second] = [await twoReleases(stores[0]), await twoReleases(stores[0])];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        stores[n % 2 === 0 ? 0 : 1].commands.queueRun(
          n % 4 < 2 ? group(first, second) : n % 4 === 2 ? group(second, first) : single(second),
        ),
      ),
    );
    expect(results.filter((result) => result.kind === 'queued')).toHaveLength(1);
    expect(await activeOf(second.svc)).toHaveLength(1);
  });

  test('a stopped group is not taken up again while a member is busy elsewhere', async () => {
    const store = open();
    const [first, second] = [await twoReleases(store), await twoReleases(store)];
    const asked = group(first, second);
    await store.commands.queueRun(asked);
    await query(postgres.url, "update runs set status = 'stopped' where id = $1", [asked.id]);
    const other = single(second);
    await store.commands.queueRun(other);
    expect(
      await store.commands.command(asked.id, judgeCommand({ command: 'resume' }, { by: 'ada', at: t0 })),
    ).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('is under way'),
    });
    await query(postgres.url, "update runs set status = 'done' where id = $1", [other.id]);
    expect(
      await store.commands.command(asked.id, judgeCommand({ command: 'resume' }, { by: 'ada', at: t0 })),
    ).toEqual({ kind: 'done' });
    expect((await records(asked.id)).map((row) => row.status)).toEqual(['queued', 'queued']);
  });
});
