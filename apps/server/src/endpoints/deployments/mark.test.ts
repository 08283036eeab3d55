import { newDeployment } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aService, dayZero } from '@lastgood/testkit/scenario/builders';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildTestApp } from '../../http/app-harness.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';

const postgres = usePostgres();
const now = dayZero + 60_000;
const service = aService();
let store: Store;
let app: FastifyInstance;

beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: () => now });
  const deps = {
    ...{ store, sources: createSourceBoard([]), newId: () => crypto.randomUUID() },
    clock: { now: () => now, sleep: async () => {} },
    settings: { version: '0', replica: 'test', judging: aJudging, clusterDeadlineMs: 1_000 },
  } as unknown as EndpointDependencies;
  ({ app } = await buildTestApp({}, { answer: (endpoint, request) => endpoint.handle(deps, request) }));
  await store.services.apply(service, 'ada', dayZero);
  for (const id of ['one', 'two'])
    await store.deployments.commit({
      newDeployments: [
        newDeployment({
          ...{ id, service: service.key, origin: 'pipeline', strategy: 'rolling', startedAt: dayZero },
          ...{ status: 'completed', proof: id === 'one' ? 'verified' : 'unproven', watchClosedAt: dayZero },
        }),
      ],
    });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const ask = (method: 'GET' | 'PUT' | 'DELETE', path: string, payload?: object) =>
  app.inject({
    ...{ method, url: `/api/v1/deployments${path}` },
    headers: { host: 'localhost', ...(payload && { 'content-type': 'application/json' }) },
    ...(payload && { payload }),
  });

test('is shown with the deployment and in lists, and changes nothing else', async () => {
  const { timeline: told, ...before } = (await ask('GET', '/two')).json();
  expect(before.deployment.mark).toBeNull();
  expect(before.target).toMatchObject({ deploymentId: 'one' });
  const put = await ask('PUT', '/two/mark', { verdict: 'good', note: ' fine after all ' });
  const mark = {
    ...{ verdict: 'good', by: expect.stringMatching(/./), note: 'fine after all' },
    at: new Date(now).toISOString(),
  };
  expect([put.statusCode, put.json()]).toEqual([200, mark]);
  await ask('PUT', '/one/mark', { verdict: 'bad' });
  const { timeline, ...after } = (await ask('GET', '/two')).json();
  expect(after).toEqual({ ...before, deployment: { ...before.deployment, mark } });
  expect(timeline).toHaveLength(told.length + 1);
  expect(timeline.at(-1)).toMatchObject({ type: 'deployment.marked' });
  const items: { id: string; mark: unknown }[] = (await ask('GET', '')).json().items;
  expect(new Map(items.map((one) => [one.id, one.mark]))).toEqual(
    new Map<string, unknown>([
      ['one', { ...mark, verdict: 'bad', note: null }],
      ['two', mark],
    ]),
  );
  const sentences = [await ask('DELETE', '/two/mark'), await ask('DELETE', '/two/mark')].map((answer) => [
    answer.statusCode,
    answer.json().sentence,
  ]);
  expect(sentences).toEqual([
    [200, expect.stringContaining('marked good no more')],
    [200, expect.stringContaining('Nobody has marked it')],
  ]);
  expect((await ask('GET', '/two')).json().deployment.mark).toBeNull();
});

test.each<[string, 'PUT' | 'DELETE', string, object | undefined, number]>([
  ['another word', 'PUT', '/two/mark', { verdict: 'verified' }, 422],
  ['no word', 'PUT', '/two/mark', { note: 'x' }, 422],
  ['a deployment that is not there', 'PUT', '/nobody/mark', { verdict: 'bad' }, 404],
  ['to take back what is not there', 'DELETE', '/nobody/mark', undefined, 404],
])('refuses %s', async (_words, method, path, body, status) => {
  expect((await ask(method, path, body)).statusCode).toBe(status);
});
