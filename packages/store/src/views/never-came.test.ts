import { aSnapshot, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { deployment, query, queuedRun, t0, twoReleases } from '../store-harness.ts';
import { postgres, store } from './views-harness.ts';

test('what never came is not shown as the current release, and what is there in its place is', async () => {
  const { svc, bad } = await twoReleases(store);
  const never = deployment(svc, { startedAt: t0 + 60_000 });
  await store.deployments.commit({ newDeployments: [never] });
  const release = { ...never, release: 3 };
  const current = async () => ({
    service: (await store.views.service(svc.key))?.current?.id,
    services: (await store.views.services({ search: svc.name, limit: 1 }))[0]?.current?.id,
    standing: (await store.views.standings([svc.key])).rows[0]?.release?.id,
    isNewest: (await store.views.deployment(bad.id))?.isNewest,
    mayBeTakenBack: (await store.views.targets(bad.id))?.isNewest,
    neverIs: (await store.views.deployment(never.id))?.isNewest,
  });
  expect(await current()).toMatchObject({ service: never.id, services: never.id, standing: never.id });
  expect(await current()).toMatchObject({ isNewest: false, mayBeTakenBack: false, neverIs: true });
  await store.deployments.commit({
    deployments: [{ id: never.id, status: 'failed', watchClosedAt: t0 + 90_000 }],
    neverCame: [{ release, service: svc, at: t0 + 90_000 }],
  });
  expect(await current()).toEqual({
    ...{ service: bad.id, services: bad.id, standing: bad.id },
    ...{ isNewest: true, mayBeTakenBack: true, neverIs: false },
  });
});

test('what stands again is the current release also where an older server left every release as the newest', async () => {
  const { svc, bad } = await twoReleases(store);
  const registered = {
    registeredImages: { app: imageOf('v3') },
    changes: [{ kind: 'workload', target: webWorkload, before: aSnapshot(), after: null } as const],
  };
  const [third, fourth] = [deployment(svc, registered), deployment(svc, registered)];
  await store.deployments.commit({ newDeployments: [third] });
  await store.deployments.commit({ newDeployments: [fourth] });
  const failed = (id: string) => ({ id, status: 'failed', watchClosedAt: t0 }) as const;
  await store.deployments.commit({ deployments: [failed(third.id)] });
  await query(postgres.url, 'update deployments set newest = true where service_key = $1', [svc.key]);
  const release = { ...fourth, release: 4 };
  await store.deployments.commit({
    deployments: [failed(fourth.id)],
    neverCame: [{ release, service: svc, at: t0 }],
  });
  expect((await store.views.service(svc.key))?.current?.id).toBe(bad.id);
});

test('a stopped rollback wants a person again once what was registered since is known never to come', async () => {
  const { svc, bad, run } = await queuedRun(store);
  await query(postgres.url, 'update deployments set started_at = $1 where id = $2', [
    new Date(t0 - 1),
    bad.id,
  ]);
  await query(postgres.url, "update runs set status = 'stopped', finished_at = $1 where id = $2", [
    new Date(t0),
    run.id,
  ]);
  await query(postgres.url, "update run_members set status = 'stopped' where run_id = $1", [run.id]);
  const shown = async () => ({
    service: (await store.views.service(svc.key))?.stoppedRunId ?? null,
    standing: (await store.views.standings([svc.key])).rows[0]?.stoppedRunId ?? null,
    now: (await store.views.now(t0)).runs.some((row) => row.run.id === run.id),
  });
  const wanted = { service: run.id, standing: run.id, now: true };
  expect(await shown()).toEqual(wanted);
  const never = deployment(svc, { startedAt: t0 + 60_000 });
  await store.deployments.commit({ newDeployments: [never] });
  expect(await shown()).toEqual({ service: null, standing: null, now: false });
  await store.deployments.commit({
    deployments: [{ id: never.id, status: 'failed', watchClosedAt: t0 + 90_000 }],
    neverCame: [{ release: { ...never, release: 3 }, service: svc, at: t0 + 90_000 }],
  });
  expect(await shown()).toEqual(wanted);
});
