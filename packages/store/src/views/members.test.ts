import type { Run } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  deployment,
  endAllRuns,
  memberOf,
  query,
  run,
  t0,
  twoReleases,
  useStores,
} from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

type Released = Awaited<ReturnType<typeof twoReleases>>;

let store: Store;
let first: Released;
let second: Released;
/** A rollback of both. */
let asked: Run;

beforeEach(async () => {
  store = open({ now: () => t0 + 3_600_000 });
  await endAllRuns(postgres.url);
  [first, second] = [await twoReleases(store), await twoReleases(store)];
  const { svc, bad, good } = first;
  asked = run(svc, bad.id, good.id, { members: [memberOf(first, 0), memberOf(second, 1)] });
  await store.commands.queueRun(asked);
});

async function concludes(lane: number, status: 'done' | 'stopped') {
  const claimed = await store.runs.claim('a', 60_000, []);
  if (!claimed) throw new Error('nothing was due');
  await store.runs.commit(claimed.lease, {
    run: { status: 'running', startedAt: t0 },
    members: [{ lane, status, finishedAt: t0 }],
  });
  return claimed.lease;
}

const activeOnNow = async ({ bad }: Released) =>
  (await store.views.now(t0, [bad.id])).watched[0]?.activeRunId;

describe('a service that goes back in a group', () => {
  test('is busy wherever it is shown, with the run that does it', async () => {
    const { svc, bad } = second;
    expect(await activeOnNow(second)).toBe(asked.id);
    expect((await store.views.service(svc.key))?.activeRunId).toBe(asked.id);
    const [listed] = await store.views.services({ search: svc.name, limit: 1 });
    expect(listed?.activeRunId).toBe(asked.id);
    expect(await store.views.deployment(bad.id)).toMatchObject({
      activeRunId: asked.id,
      lastRunId: asked.id,
    });
    for (const filter of [{ service: svc.key }, { deployment: bad.id }])
      expect((await store.views.runs({ ...filter, limit: 5 })).map((row) => row.run.id)).toEqual([asked.id]);
  });

  test('is known to go back, even where nobody watches it', async () => {
    await query(postgres.url, 'update deployments set watch_closed_at = started_at where id = $1', [
      second.bad.id,
    ]);
    expect((await store.views.standings([second.svc.key])).rows).toMatchObject([
      { service: { key: second.svc.key }, activeRunId: asked.id, target: { release: 1 } },
    ]);
  });

  test('is named by the run, with the releases it goes from and to', async () => {
    const [shown] = (await store.views.now(t0)).runs.filter((row) => row.run.id === asked.id);
    expect(shown?.members.map(({ member, from, target }) => [member.service, from.id, target.id])).toEqual(
      [first, second].map(({ svc, bad, good }) => [svc.key, bad.id, good.id]),
    );
    expect((await store.views.run(asked.id))?.members).toEqual(shown?.members);
  });

  test('is not busy any more once its own record has ended, the others are', async () => {
    await concludes(0, 'done');
    expect([await activeOnNow(first), await activeOnNow(second)]).toEqual([null, asked.id]);
    const active = async ({ svc, bad }: Released) => [
      (await store.views.service(svc.key))?.activeRunId,
      (await store.views.deployment(bad.id))?.activeRunId,
    ];
    expect(await active(first)).toEqual([null, null]);
    expect(await active(second)).toEqual([asked.id, asked.id]);
    expect((await store.views.deployment(first.bad.id))?.lastRunId).toBe(asked.id);
  });
});

describe('a group that stopped', () => {
  const shown = async () => (await store.views.now(t0 + 1)).runs.some((row) => row.run.id === asked.id);

  test('needs somebody at the services that stopped, until something newer happened to each', async () => {
    const lease = await concludes(0, 'done');
    const stopped = { status: 'stopped' as const, finishedAt: t0 };
    await store.runs.commit(lease, { members: [{ lane: 1, ...stopped }], run: stopped });
    await query(postgres.url, 'update deployments set started_at = $1 where id = any($2)', [
      new Date(t0 - 1),
      [first.bad.id, second.bad.id],
    ]);
    expect((await store.views.service(first.svc.key))?.stoppedRunId).toBeNull();
    expect((await store.views.service(second.svc.key))?.stoppedRunId).toBe(asked.id);
    await store.deployments.commit({ newDeployments: [deployment(first.svc, { startedAt: t0 + 90_000 })] });
    expect(await shown()).toBe(true);
    await store.deployments.commit({ newDeployments: [deployment(second.svc, { startedAt: t0 + 90_000 })] });
    expect(await shown()).toBe(false);
    expect((await store.views.service(second.svc.key))?.stoppedRunId).toBeNull();
  });
});
