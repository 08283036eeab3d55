import { defaultTriggerSet } from '@lastgood/domain';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aKeptObject } from '@lastgood/testkit/fakes/step-world/objects';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlaces } from '../../backtest/places.ts';
import { configuredIn } from '../../config/to-config.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';

const postgres = usePostgres();
const clock = createRealClock();
const target = { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' } as const;
const world = createInMemoryStepWorld([target], clock.now);
const { rollout } = world;
const labels = { app: 'web' };
let store: Store;
let app: FastifyInstance;
let id: string;

async function ask(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
  const type = method === 'GET' ? {} : { 'content-type': 'application/json' };
  const headers = { host: 'localhost', ...type };
  const answer = await app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
}

function bringOut(version: string): void {
  const containers = [{ name: 'app', image: `registry/web:${version}` }];
  rollout.cluster.write(rollout.cluster.at(target), { metadata: { labels }, spec: { containers } }, null);
  rollout.cluster.settle(target);
}

beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: clock.now });
  await store.triggerSets.apply(defaultTriggerSet);
  const newId = () => crypto.randomUUID();
  const deps: EndpointDependencies = {
    ...{
      store,
      ports: world.ports,
      probe: createInMemoryHttpProbe(),
      clock,
      newId,
      sandbox: null,
      backtests: createPlaces(2),
      receivers: createReceivers(),
    },
    metrics: createInMemoryMetricSource(() => ({ kind: 'value', value: 0 })),
    ...{ configured: configuredIn({}, String), sources: createSourceBoard([]) },
    settings: {
      ...{ version: '0', replica: 'test', judging: aJudging, retentionDays: 30, clusterDeadlineMs: 5_000 },
    },
  };
  const built = await buildTestApp(
    {},
    {
      answer: (endpoint, request) => endpoint.handle(deps, request),
      ...{ idempotencyKeys: store.idempotency, newId, isDatabaseDown: isStoreUnavailable },
    },
  );
  app = built.app;
  rollout.cluster.create(target, { app: 'registry/web:v1' });
  bringOut('v1');
  const workloads = [{ kind: 'Deployment', name: 'web' }];
  expect(
    (await ask('PUT', '/services/main/shop/web', { workloads, checks: [], policy: {} })).status,
  ).toBeLessThan(300);
  world.state.objects['ConfigMap/settings'] = aKeptObject({ kind: 'ConfigMap', name: 'settings', labels });
  const images = { app: 'registry/web:v2' };
  const bad = await ask('POST', '/deployments', { service: 'main/shop/web', version: 'v2', images });
  expect(bad.status, JSON.stringify(bad.body)).toBe(201);
  id = bad.body.id;
  bringOut('v2');
  const createdAt = clock.now();
  world.state.objects['CronJob/backfill'] = aKeptObject({
    kind: 'CronJob',
    name: 'backfill',
    labels,
    createdAt,
  });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

test('a plan lists what only the release created, and removes what is named', async () => {
  const plain = await ask('GET', `/deployments/${id}/plan`);
  expect(plain.body.refusals).toEqual([]);
  expect(plain.body.plan.createdObjects).toEqual([
    {
      ...{ name: 'CronJob/backfill', kind: 'CronJob', uid: 'uid-backfill', refusal: null },
      createdAt: expect.any(String),
      words: 'v2 (release 2) created CronJob backfill: it stays and goes on running unless you remove it.',
    },
  ]);
  const stepsOf = ({ body }: typeof plain) => body.plan.steps.map(({ kind }: { kind: string }) => kind);
  expect(stepsOf(plain)).not.toContain('remove-object');
  expect(plain.body.plan.parts.sentence).toContain('CronJob backfill');
  const chosen = await ask('GET', `/deployments/${id}/plan?removing=CronJob/backfill`);
  expect(stepsOf(chosen)).toContain('remove-object');
});

test('a name that cannot be offered is refused in words, before anything is queued', async () => {
  const preview = await ask('GET', `/deployments/${id}/plan?removing=PersistentVolumeClaim/data`);
  expect(preview.body).toMatchObject({ plan: null, refusals: [{ code: 'removal-not-offered' }] });
  const press = await ask('POST', `/deployments/${id}/rollback`, {
    removing: ['PersistentVolumeClaim/data'],
  });
  expect(press).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('A rollback removes no PersistentVolumeClaim') },
  });
  expect((await ask('GET', '/runs')).body.items).toEqual([]);
});

test('what is named is kept with the run', async () => {
  const press = await ask('POST', `/deployments/${id}/rollback`, { removing: ['CronJob/backfill'] });
  expect(press).toMatchObject({ status: 202, body: { removing: ['CronJob/backfill'] } });
  expect((await store.views.run(press.body.id))?.run.removing).toEqual(['CronJob/backfill']);
  expect((await store.deployments.deployment(id))?.objectsBefore).toEqual({
    ...{ kind: 'known', unread: [] },
    objects: [{ kind: 'ConfigMap', name: 'settings', uid: 'uid-settings' }],
  });
});
