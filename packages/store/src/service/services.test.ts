import { eventAbout, isRecord, type PeopleKind } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { deployment, query, queuedRun, service, t0, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const toHook = { notifier: 'hook', to: null, notBefore: null, fallback: [] };

test('what a way back needs declared is kept as it was declared, and changing it is a change', async () => {
  const store = open();
  const told = async (key: string) =>
    (
      await query<{ text: string }>(
        postgres.url,
        'select text from events where service_key = $1 order by id',
        [key],
      )
    ).map(({ text }) => text);
  const declared = service({
    rollback: { stacks: { names: ['queues'], region: null } },
    notify: [{ to: [{ notifier: 'chat', to: '#shop' }], events: ['suggested'] }],
  });
  await store.services.apply(declared, 'ada', t0);
  expect(await store.deployments.service(declared.key)).toEqual(declared);
  await store.services.apply(declared, 'ada', t0);
  expect(await told(declared.key)).toEqual(['ada declared the service']);
  await store.services.apply({ ...declared, rollback: {} }, 'ada', t0);
  expect(await told(declared.key)).toEqual(['ada declared the service', 'ada changed the service']);
  await store.services.apply({ ...declared, rollback: {}, notify: [] }, 'ada', t0);
  expect(await told(declared.key)).toHaveLength(3);
});

test('a deleted service is followed, watched and listed no more, and its history can still be read', async () => {
  const store = open();
  const { svc, good, bad } = await twoReleases(store);
  expect(await store.services.delete(svc.key, 'ada', t0 + 1)).toEqual({ kind: 'deleted' });
  expect(await store.services.delete(svc.key, 'ada', t0 + 2)).toEqual({ kind: 'not-found' });
  expect(await store.deployments.service(svc.key)).toBeNull();
  expect(await store.deployments.followed([svc.key])).toEqual([]);
  expect((await store.deployments.toFollow()).map(({ key }) => key)).not.toContain(svc.key);
  expect(await store.views.service(svc.key)).toBeNull();
  expect(await store.views.services({ search: svc.name, after: undefined, limit: 10 })).toEqual([]);
  expect((await store.views.standings(null)).rows.map((row) => row.service.key)).not.toContain(svc.key);
  expect(await store.views.deployment(good.id)).not.toBeNull();
  expect(await store.deployments.deployment(bad.id)).toMatchObject({
    watchClosedAt: t0 + 1,
    status: 'failed',
  });
  const told = await query(
    postgres.url,
    "select text from events where service_key = $1 and type = 'service.deleted'",
    [svc.key],
  );
  expect(told).toEqual([{ text: 'ada deleted the service: it is not followed any more, its history stays' }]);
});

test('applied again under its key it is back, and its release numbers go on', async () => {
  const store = open();
  const { svc } = await twoReleases(store);
  await store.services.delete(svc.key, 'ada', t0 + 1);
  await store.services.apply(svc, 'bob', t0 + 2);
  expect(await store.deployments.service(svc.key)).toEqual(svc);
  const next = deployment(svc, { startedAt: t0 + 120_000 });
  await store.deployments.commit({ newDeployments: [next] });
  expect(await store.deployments.deployment(next.id)).toMatchObject({ release: 3 });
});

test('a service whose rollback is under way is not deleted', async () => {
  const store = open();
  const { svc, run } = await queuedRun(store);
  expect(await store.services.delete(svc.key, 'ada', t0)).toEqual({ kind: 'run-active', runId: run.id });
  expect(await store.deployments.service(svc.key)).toEqual(svc);
});

test('what is to be followed is told of every service in one query, with whether its watch is open', async () => {
  const store = open();
  const { svc } = await twoReleases(store);
  const quiet = service();
  await store.services.apply(quiet, 'ada', t0);
  const past = { status: 'completed', proof: 'presumed_good', watchClosedAt: t0 } as const;
  await store.deployments.commit({ newDeployments: [deployment(quiet, past)] });
  const fresh = service();
  await store.services.apply(fresh, 'ada', t0);
  const told = await store.deployments.toFollow();
  const openOf = (key: string) => told.find((one) => one.key === key)?.open;
  expect([svc, quiet, fresh].map(({ key }) => openOf(key))).toEqual([true, false, true]);
  const { cluster, namespace, workloads } = svc;
  expect(told).toContainEqual({ key: svc.key, cluster, namespace, workloads, open: true });
});

/** What was told of a release that somebody was called for, in order. */
const toldOf = async (deploymentId: string) =>
  (
    await query<{ kind: string }>(
      postgres.url,
      "select notification ->> 'kind' as kind from outbox where notification ->> 'deploymentId' = $1 order by id",
      [deploymentId],
    )
  ).map(({ kind }) => kind);

const paged = (store: ReturnType<typeof open>, service: string, deploymentId: string, kind: PeopleKind) =>
  store.deployments.commit({
    notifications: [
      {
        ...{ key: `${deploymentId}/${kind}`, kind, urgency: 'page', at: t0, service, deploymentId },
        ...{ runId: null, title: kind, text: '' },
      },
    ],
  });

test('whoever was called for a release of a deleted service is told that it is over, and what stands beside it ends', async () => {
  const store = open();
  const { svc, good, bad } = await twoReleases(store);
  await paged(store, svc.key, bad.id, 'rollback_suggested');
  await store.services.delete(svc.key, 'ada', t0 + 1);
  expect(await toldOf(bad.id)).toEqual(['rollback_suggested', 'incident_over']);
  expect(await toldOf(good.id)).toEqual([]);
});

test('what stands beside a release ends as its service is deleted, once, as it was kept', async () => {
  const store = open({ route: (one) => (isRecord(one) ? [toHook] : []) });
  const { svc, good, bad } = await twoReleases(store);
  await store.services.delete(svc.key, 'ada', t0 + 1);
  expect(await toldOf(bad.id)).toEqual(['deployment_failed']);
  expect(await toldOf(good.id)).toEqual([]);
});

test('whoever was called for a held version that is back is told that it may stay, once nothing holds it', async () => {
  const store = open();
  const { svc, bad, run } = await queuedRun(store);
  const hold = {
    ...{ id: 'hold-of-web', service: svc.key, deploymentId: bad.id, runId: run.id, templateDigest: 'd' },
    ...{ imageDigests: [], images: [], reason: 'r', placedAt: t0, releasedAt: null, releasedBy: null },
  };
  const back = deployment(svc, { version: 'v2', startedAt: t0 + 120_000 });
  await store.deployments.commit({
    newDeployments: [back],
    holds: [hold, { ...hold, id: 'hold-of-worker' }],
  });
  const about = { at: t0, service: svc.key, deploymentId: back.id, runId: run.id };
  await store.deployments.commit({
    events: [eventAbout({ ...about, type: 'hold.ignored', text: 'it is back', data: {} })],
  });
  await paged(store, svc.key, back.id, 'held_version_back');
  await store.holds.release('hold-of-web', 'ada', t0 + 1);
  expect(await toldOf(back.id)).toEqual(['held_version_back']);
  await store.holds.release('hold-of-worker', 'ada', t0 + 2);
  expect(await toldOf(back.id)).toEqual(['held_version_back', 'incident_over']);
});
