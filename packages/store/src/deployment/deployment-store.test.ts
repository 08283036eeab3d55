import { type Change, undoReleaseMs, type WorkloadSnapshot } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  deployment,
  endAllRuns,
  newId,
  query,
  queuedRun,
  run,
  service,
  t0,
  twoReleases,
  useStores,
} from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let store: Store;

beforeEach(async () => {
  store = open();
  await endAllRuns(postgres.url);
});

const eventsOf = (deploymentId: string) =>
  query(postgres.url, 'select type, text from events where deployment_id = $1 order by id', [deploymentId]);

const snapshot: WorkloadSnapshot = {
  uid: 'u',
  generation: 3,
  template: { spec: { containers: [{ name: 'web', image: 'a:1' }] } },
  templateDigest: 'sha256:1',
  images: { web: 'a:1' },
  imageDigests: { web: 'sha256:2' },
  podTemplateHash: 'h',
  revision: '4',
  historyName: null,
  observedAt: t0,
};

describe('registering', () => {
  test('releases count from one per service without a gap, also when registered at once on three replicas', async () => {
    const stores = [store, open(), open()];
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const added = Array.from({ length: 20 }, () => deployment(svc));
    await Promise.all(added.map((one, i) => stores[i % 3]?.deployments.commit({ newDeployments: [one] })));
    const rows = await query<{ release: number; open: boolean }>(
      postgres.url,
      'select release, watch_closed_at is null as open from deployments where service_key = $1 order by 1',
      [svc.key],
    );
    expect(rows.map((row) => row.release)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(rows.filter((row) => row.open)).toEqual([{ release: 20, open: true }]);
  });

  test('comes back as it was given, with every kind of change', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const changes: Change[] = [
      { kind: 'workload', target: { kind: 'Deployment', name: 'web' }, before: null, after: snapshot },
      { kind: 'flag', target: { flag: 'x' }, before: false, after: true },
    ];
    const one = deployment(svc, {
      changes,
      commit: 'abc',
      author: 'ada',
      pipelineUrl: 'https://ci/1',
      idempotencyKey: 'k',
    });
    await store.deployments.commit({ newDeployments: [one] });
    expect(await store.deployments.deployment(one.id)).toEqual({ ...one, release: 1 });
    expect(await store.deployments.deployment('nobody')).toBeNull();
  });

  test('the same id or the same key again changes nothing and says nothing', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const one = deployment(svc, { idempotencyKey: 'build-7' });
    const registered = (id: string) => ({
      type: 'deployment.registered' as const,
      at: t0,
      service: svc.key,
      deploymentId: id,
      runId: null,
      text: 'r',
      data: {},
    });
    await store.deployments.commit({ newDeployments: [one], events: [registered(one.id)] });
    const again = { ...one, id: newId('dep') };
    await store.deployments.commit({ newDeployments: [again], events: [registered(again.id)] });
    await store.deployments.commit({ newDeployments: [one], events: [registered(one.id)] });
    expect(await eventsOf(one.id)).toHaveLength(1);
    expect(await eventsOf(again.id)).toHaveLength(0);
    expect(await store.deployments.deployment(again.id)).toBeNull();
    const rows = await query(postgres.url, 'select last_release from services where key = $1', [svc.key]);
    expect(rows).toEqual([{ last_release: 1 }]);
  });

  test('a service that is not declared is an error, and nothing of the commit is written', async () => {
    const good = service();
    await store.services.apply(good, 'ada', t0);
    const first = deployment(good);
    const commit = { newDeployments: [first, deployment(service())] };
    await expect(store.deployments.commit(commit)).rejects.toThrow('is not declared');
    expect(await store.deployments.deployment(first.id)).toBeNull();
  });
});

describe('superseding', () => {
  test('a newer deployment closes the watch of the older one, which stays unproven', async () => {
    const { svc, bad } = await twoReleases(store);
    const newer = deployment(svc, { startedAt: t0 + 90_000 });
    await store.deployments.commit({ newDeployments: [newer] });
    expect(await store.deployments.deployment(bad.id)).toMatchObject({
      watchClosedAt: t0 + 90_000,
      supersededBy: newer.id,
      proof: 'unproven',
    });
    expect(await eventsOf(bad.id)).toEqual([
      {
        type: 'deployment.superseded',
        text: 'v2 (release 2) is no longer watched: v1 (release 3) came after it',
      },
    ]);
  });

  test('a rollback closes the watch of what it takes back without calling it superseded', async () => {
    const { run, svc, bad } = await queuedRun(store);
    const claimed = await store.runs.claim('a', 30_000, []);
    if (!claimed) throw new Error('nothing was due');
    const rollback = deployment(svc, {
      origin: 'rollback',
      previousDeploymentId: bad.id,
      startedAt: t0 + 99_000,
    });
    const commit = { newSteps: [aStep({ ordinal: 0 })], newDeployments: [rollback] };
    await store.runs.commit(claimed.lease, commit);
    await store.runs.commit(claimed.lease, { newDeployments: [rollback] });
    expect(await store.deployments.deployment(bad.id)).toMatchObject({
      watchClosedAt: t0 + 99_000,
      supersededBy: null,
    });
    expect(await store.deployments.deployment(rollback.id)).toMatchObject({
      release: 3,
      watchClosedAt: null,
    });
    expect(await eventsOf(bad.id)).toMatchObject([{ type: 'rollback.queued' }]);
    await store.runs.commit(claimed.lease, {
      run: { status: 'done' },
      deployments: [
        { id: bad.id, status: 'rolled_back', rolledBackAt: t0 + 100_000, watchClosedAt: t0 + 100_000 },
      ],
    });
    expect(await store.deployments.deployment(bad.id)).toMatchObject({
      status: 'rolled_back',
      watchClosedAt: t0 + 99_000,
    });
    expect((await store.views.run(run.id))?.run.status).toBe('done');
  });

  test('history written down late disturbs nobody', async () => {
    const { svc, bad } = await twoReleases(store);
    await store.deployments.commit({
      newDeployments: [deployment(svc, { origin: 'detected', proof: 'presumed_good', watchClosedAt: t0 })],
    });
    expect(await store.deployments.deployment(bad.id)).toMatchObject({
      watchClosedAt: null,
      supersededBy: null,
    });
  });
});

describe('what the engine reads', () => {
  test('the last known good is completed and proven, never one that was taken back', async () => {
    const { svc, bad, good } = await twoReleases(store);
    expect((await store.deployments.lastKnownGood(svc.key, 2))?.id).toBe(good.id);
    expect(await store.deployments.lastKnownGood(svc.key, 1)).toBeNull();
    await store.deployments.commit({ deployments: [{ id: bad.id, status: 'completed', proof: 'verified' }] });
    expect((await store.deployments.lastKnownGood(svc.key, 3))?.id).toBe(bad.id);
    await store.deployments.commit({ deployments: [{ id: bad.id, status: 'rolled_back' }] });
    expect((await store.deployments.lastKnownGood(svc.key, 3))?.id).toBe(good.id);
  });

  test('going back from a rollback goes further back than what it returned to', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const past = { status: 'completed', proof: 'verified', watchClosedAt: t0 } as const;
    const [oldest, target, bad] = [deployment(svc, past), deployment(svc, past), deployment(svc)];
    for (const one of [oldest, target, bad]) await store.deployments.commit({ newDeployments: [one] });
    const taken = run(svc, bad.id, target.id);
    await store.commands.queueRun(taken);
    const back = deployment(svc, { id: `${taken.id}-rollback`, origin: 'rollback' });
    await store.deployments.commit({ newDeployments: [back] });
    expect((await store.deployments.lastKnownGood(svc.key, 4))?.id).toBe(oldest.id);
    expect((await store.views.deployment(back.id))?.lastKnownGood?.id).toBe(oldest.id);
  });

  test('followed services have their newest deployment, active run and open holds', async () => {
    const { svc, bad, run } = await queuedRun(store);
    const hold = {
      id: newId('hold'),
      service: svc.key,
      deploymentId: bad.id,
      runId: run.id,
      templateDigest: 'd',
      imageDigests: ['x', 'y'],
      images: ['a:1'],
      reason: 'r',
      placedAt: t0,
      releasedAt: null,
      releasedBy: null,
    };
    await store.deployments.commit({ holds: [hold, { ...hold, id: newId('hold') }] });
    await store.holds.release(hold.id, 'ada', t0 + 1);
    const [one, ...others] = await store.deployments.followed([svc.key]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ service: svc, latest: { id: bad.id }, activeRunId: run.id });
    expect(one?.holds).toHaveLength(1);
    expect(await store.holds.release(hold.id, 'bob', t0 + 2)).toMatchObject({
      releasedBy: 'ada',
      releasedAt: t0 + 1,
    });
    expect(await store.holds.release('nobody', 'bob', t0)).toBeNull();
    const late = await store.holds.undoRelease(hold.id, 'bob', t0 + 1 + undoReleaseMs);
    expect(late).toMatchObject({ releasedAt: t0 + 1, held: { release: 2, version: bad.version } });
    expect(await store.holds.undoRelease(hold.id, 'bob', t0 + undoReleaseMs)).toMatchObject({
      ...{ releasedAt: null, releasedBy: null },
    });
    expect((await store.deployments.followed([svc.key]))[0]?.holds).toHaveLength(2);
    const told = await query<{ text: string }>(
      postgres.url,
      "select text from events where type like 'hold.%' and data ->> 'hold' = $1 order by id",
      [hold.id],
    );
    expect(told.map(({ text }) => text)).toEqual([
      `ada let ${bad.version}, which was taken back, be deployed again`,
      `bob undid that: ${bad.version}, which was taken back, is held again`,
    ]);
    expect((await store.deployments.followed()).length).toBeGreaterThan(0);
  });

  test('absences are gaps of the slots of its chunk since it began, and the time since the newest', async () => {
    const { bad } = await queuedRun(store);
    const chunk = 700;
    const at = (seconds: number) => new Date(bad.startedAt + seconds * 1000).toISOString();
    await query(postgres.url, 'update deployments set chunk = $2 where id = $1', [bad.id, chunk]);
    await query(
      postgres.url,
      `insert into slots (slot, chunk, claimed_by, started, missed) values ($1, $4, 'a', $1, 0),
         ($2, $4, 'a', $2, 1), ($3, $4, 'b', $3, 9)`,
      [at(15), at(45), at(195), chunk],
    );
    await query(postgres.url, 'insert into chunks (chunk, last_claimed) values ($2, $1)', [at(195), chunk]);
    const found = await store.deployments.absences(bad.id);
    expect(found[0]).toEqual({ from: bad.startedAt + 45_000, to: bad.startedAt + 195_000 });
    // The records of this test are old: nobody has claimed a slot since.
    expect(found.slice(1).map(({ from }) => from)).toEqual([bad.startedAt + 195_000]);
  });

  test('step durations come from the applied steps of the service', async () => {
    const { svc } = await queuedRun(store);
    const claimed = await store.runs.claim('a', 30_000, []);
    if (!claimed) throw new Error('nothing was due');
    const applied = aStep({ ordinal: 0, status: 'applied' as const, startedAt: t0, finishedAt: t0 + 1_234 });
    await store.runs.commit(claimed.lease, {
      newSteps: [applied, aStep({ ordinal: 1 })],
      run: { status: 'done' },
    });
    expect(await store.deployments.stepDurations(svc.key)).toEqual({
      service: { verify: [1_234] },
      environment: {},
    });
  });

  test('applying a service again says nothing; changing it says so once', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    await store.services.apply(svc, 'ada', t0);
    const changed = { ...svc, environment: 'staging', team: 'checkout', labels: { tier: 'edge' } };
    await store.services.apply(changed, 'bob', t0);
    await store.services.apply(changed, 'bob', t0);
    const rows = await query<{ text: string }>(
      postgres.url,
      'select text from events where service_key = $1 order by id',
      [svc.key],
    );
    expect(rows.map((row) => row.text)).toEqual(['ada declared the service', 'bob changed the service']);
    expect(await store.deployments.service(svc.key)).toEqual(changed);
  });
});
