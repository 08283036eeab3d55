import { type Run, rollbackDeploymentId } from '@lastgood/domain';
import { describe, expect, test } from 'vitest';
import { deployment, endAllRuns, query, queuedRun, run, state, t0, twoReleases } from '../store-harness.ts';
import { interval, judge, postgres, reading, store } from './views-harness.ts';

test('who looks at a deployment reads the trigger sets of its service, and no others', async () => {
  const { bad } = await twoReleases(store);
  await query(
    postgres.url,
    `insert into trigger_sets (name, description, triggers) values ('unread', '', '{"not": "a list"}')`,
  );
  try {
    expect((await store.views.deploymentTriggers(bad.id))?.triggers).not.toEqual([]);
    expect((await store.views.deployment(bad.id))?.triggers).not.toEqual([]);
    expect((await store.views.standings(null)).rows.map((row) => row.release?.id)).toContain(bad.id);
    await expect(store.views.triggerSets({ limit: 200 })).rejects.toThrow();
  } finally {
    await query(postgres.url, `delete from trigger_sets where name = 'unread'`);
  }
});

describe('now', () => {
  test('deployments with their triggers, target and sparkline', async () => {
    const { svc, bad, good } = await twoReleases(store);
    const last = Array.from({ length: 35 }, (_, i) => t0 + 86_400_000 + i * interval);
    for (const [i, slot] of last.entries()) await judge(slot, { readings: [reading(bad.id, slot, i)] });
    const pending = state({ phase: 'pending', troubleSince: t0, troubleReason: 'timed out' });
    const end = (last.at(-1) ?? 0) + interval;
    await judge(end, { states: [{ deploymentId: bad.id, trigger: 'errors', state: pending }], lateMs: 55 });
    const now = await store.views.now(t0, [bad.id]);
    expect(now.evaluator).toMatchObject({ lastSlot: end, lateMs: 55 });
    expect(now.watched).toHaveLength(1);
    expect(now.watched[0]).toMatchObject({
      deployment: { id: bad.id },
      service: { key: svc.key, name: svc.name, environment: 'test', policy: svc.policy },
      triggers: [{ trigger: { name: 'errors' }, state: pending }],
      lastKnownGood: {
        id: good.id,
        release: 1,
        version: 'v1',
        origin: 'pipeline',
        proof: 'verified',
        startedAt: t0,
      },
      activeRunId: null,
    });
    const spark = now.watched[0]?.recent.errors ?? [];
    expect(spark).toHaveLength(30);
    expect(spark.at(-1)).toEqual(reading(bad.id, last.at(-1) ?? 0, 34));
  });

  test('a service that is rolled back goes where its run goes, not where one click would', async () => {
    const { svc, good, bad } = await twoReleases(store);
    const worse = deployment(svc, { previousDeploymentId: bad.id, version: 'v3', startedAt: t0 + 120_000 });
    await store.deployments.commit({ newDeployments: [worse] });
    await query(
      postgres.url,
      "update deployments set status = 'completed', proof = 'verified' where id = $1",
      [bad.id],
    );
    const target = async () => (await store.views.standings([svc.key])).rows[0]?.target;
    expect(await target()).toMatchObject({ release: 2, version: 'v2' });
    await store.commands.queueRun(run(svc, worse.id, good.id));
    expect(await target()).toMatchObject({ release: 1, version: 'v1' });
  });

  test('a rollback with nothing good further back has no target, least of all what serves', async () => {
    const { svc, bad, run: done } = await queuedRun(store);
    await endAllRuns(postgres.url);
    const returned = deployment(svc, {
      ...{
        id: rollbackDeploymentId({ id: done.id, lane: 0 }),
        origin: 'rollback' as const,
        previousDeploymentId: bad.id,
      },
      ...{ version: 'v1', startedAt: t0 + 120_000 },
    });
    await store.deployments.commit({ newDeployments: [returned] });
    expect((await store.views.standings([svc.key], 60_000)).rows).toMatchObject([
      { release: { id: returned.id }, target: null },
    ]);
  });

  test('runs: active, freshly finished, and stopped until something newer happened', async () => {
    const active = await queuedRun(store);
    const finished = await queuedRun(store);
    const old = await queuedRun(store);
    const stopped = await queuedRun(store);
    const lookedAfter = await queuedRun(store);
    const set = (id: string, status: string, at: number) =>
      query(postgres.url, 'update runs set status = $2, finished_at = $3 where id = $1', [
        id,
        status,
        new Date(at),
      ]);
    await set(finished.run.id, 'done', t0 + 10);
    await set(old.run.id, 'done', t0 - 10);
    await set(stopped.run.id, 'stopped', t0 - 10);
    await set(lookedAfter.run.id, 'stopped', t0 - 10);
    await store.deployments.commit({
      newDeployments: [deployment(lookedAfter.svc, { startedAt: t0 + 99_000 })],
    });
    const shown = (await store.views.now(t0)).runs.map((row) => row.run.id);
    const ids = [active, finished, old, stopped, lookedAfter].map((one) => one.run.id);
    // A deployment that started after the run was asked for: the one that is taken back started before in truth.
    await query(postgres.url, 'update deployments set started_at = $1 where id = $2', [
      new Date(t0 - 1),
      stopped.bad.id,
    ]);
    const again = (await store.views.now(t0)).runs.map((row) => row.run.id);
    expect(shown.filter((id) => ids.includes(id)).toSorted()).toEqual(
      [active.run.id, finished.run.id].toSorted(),
    );
    expect(again.filter((id) => ids.includes(id)).toSorted()).toEqual(
      [active.run.id, finished.run.id, stopped.run.id].toSorted(),
    );
  });
});

test('brakes count the automatic rollbacks of the last hour: of each it is known when it was queued', async () => {
  const requester = { kind: 'automatic', trigger: 'errors', decisionId: 'd' } as const;
  const queued = async (minutesAgo: number, over: Partial<Run> = {}) => {
    const { svc, bad, good } = await twoReleases(store);
    const createdAt = t0 + (60 - minutesAgo) * 60_000;
    await store.commands.queueRun(run(svc, bad.id, good.id, { requester, createdAt, ...over }));
    return createdAt;
  };
  const counted = [await queued(59), await queued(1)];
  const others = [
    await queued(200),
    await queued(2, { requester: { kind: 'person', name: 'ada' } }),
    await queued(3, { status: 'cancelled' }),
  ];
  const { automaticAt } = await store.views.standings([]);
  expect(automaticAt).toEqual(expect.arrayContaining(counted));
  expect(automaticAt.filter((at) => others.includes(at))).toEqual([]);
});
