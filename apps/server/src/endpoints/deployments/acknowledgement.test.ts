import { newDeployment, type Service } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aNotifier, aService, dayZero, onlyWatched } from '@lastgood/testkit/scenario/builders';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildTestApp } from '../../http/app-harness.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';

const postgres = usePostgres();
const minute = 60_000;
let now = dayZero;
let store: Store;
let app: FastifyInstance;
let slot = dayZero;

beforeAll(async () => {
  const notifiers = [aNotifier('pager')];
  store = createStore({ databaseUrl: postgres.url, now: () => now, notifiers });
  const deps = {
    ...{ store, sources: createSourceBoard([]), newId: () => crypto.randomUUID() },
    clock: { now: () => now, sleep: async () => {} },
    settings: { version: '0', replica: 'test', judging: aJudging, clusterDeadlineMs: 1_000 },
  } as unknown as EndpointDependencies;
  ({ app } = await buildTestApp({}, { answer: (endpoint, request) => endpoint.handle(deps, request) }));
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const service: Service = aService();
beforeEach(async () => {
  now = dayZero + minute;
  await store.services.apply(service, 'ada', dayZero);
});

const ask = (method: 'GET' | 'PUT' | 'DELETE', path: string, payload?: object) =>
  app.inject({
    ...{ method, url: `/api/v1/deployments/${path}` },
    headers: { host: 'localhost', ...(payload && { 'content-type': 'application/json' }) },
    ...(payload && { payload }),
  });

/** A release that serves, its watch over, whose trigger is left in this phase. */
async function standing(id: string, phase: 'firing' | 'inactive') {
  const given = {
    id,
    service: service.key,
    origin: 'pipeline',
    strategy: 'rolling',
    startedAt: dayZero,
  } as const;
  await store.deployments.commit({
    newDeployments: [
      newDeployment({ ...given, status: 'completed', proof: 'verified', watchClosedAt: dayZero }),
    ],
  });
  slot += 15_000;
  const claim = await store.slots.claim(slot, 0, 'a', 15_000);
  if (!claim) throw new Error('the slot is taken');
  await store.slots.watched(claim, onlyWatched);
  const state = {
    ...{ phase, since: slot, heldMs: 120_000, lastSlot: slot, lastJudgedSlot: slot, lastBreachSlot: slot },
    ...{
      reading: { kind: 'value' as const, value: 0.2 },
      troubleSince: null,
      troubleReason: null,
      companion: null,
    },
    ...{ slotsAsked: 0, slotsHealthy: 0, everFired: true },
  } as const;
  await store.slots.commit(claim, [], () => ({
    states: [{ deploymentId: id, trigger: 'high_error_rate', state, standing: true }],
    ...{ readings: [], asks: [], tripped: [], lateMs: 0 },
  }));
}

test('takes on what fires, shows it with the deployment, and takes it back', async () => {
  await standing('a', 'firing');
  const put = await ask('PUT', 'a/acknowledgement', { minutes: 30, note: ' on it ' });
  expect(put.statusCode).toBe(200);
  const acknowledgement = {
    ...{ by: expect.stringMatching(/./), note: 'on it', at: new Date(now).toISOString() },
    until: new Date(now + 30 * minute).toISOString(),
  };
  expect(put.json()).toEqual(acknowledgement);
  expect((await ask('GET', 'a')).json()).toMatchObject({
    acknowledgement,
    deployment: { proof: 'verified' },
  });
  expect((await ask('DELETE', 'a/acknowledgement')).json()).toMatchObject({ deploymentId: 'a' });
  expect((await ask('GET', 'a')).json().acknowledgement).toBeNull();
  const again = await ask('DELETE', 'a/acknowledgement');
  expect([again.statusCode, again.json().detail]).toEqual([
    404,
    expect.stringContaining('may be over already'),
  ]);
});

test('tells whoever was called that somebody is at it, and nobody else', async () => {
  const told = async () =>
    (await store.outbox.take('one', 10, minute, { noneOf: [] })).map(({ notification }) => notification);
  await standing('quiet', 'firing');
  await ask('PUT', 'quiet/acknowledgement', { minutes: 30 });
  expect(await told()).toEqual([]);
  await standing('called', 'firing');
  const page = {
    key: 'page',
    kind: 'rollback_suggested',
    urgency: 'page',
    ...{ at: now, service: service.key, deploymentId: 'called', runId: null, title: '', text: '' },
  } as const;
  await store.deployments.commit({ notifications: [page] });
  const [sent] = await store.outbox.take('one', 10, minute, { noneOf: [] });
  if (sent) await store.outbox.delivered(sent, null);
  await ask('PUT', 'called/acknowledgement', { minutes: 30, note: 'on it' });
  expect(await told()).toMatchObject([
    {
      ...{ kind: 'taken_on', urgency: 'info', deploymentId: 'called' },
      title: expect.stringMatching(/^web: \S+ is at it until \S+ \S+ UTC: on it$/),
      text: expect.stringMatching(
        /^\S+ has taken on what fires of release \d+: high_error_rate\. It fires on/,
      ),
      facts: { trigger: { name: 'high_error_rate', value: 0.2 }, next: { at: now + 30 * minute } },
    },
  ]);
});

test('is over when its time is', async () => {
  await standing('b', 'firing');
  await ask('PUT', 'b/acknowledgement', { minutes: 1 });
  expect((await ask('GET', 'b')).json().acknowledgement).toMatchObject({ note: null });
  now += minute;
  expect((await ask('GET', 'b')).json().acknowledgement).toBeNull();
});

test.each<[string, object, number, RegExp]>([
  ['no time', { note: 'x' }, 422, /./],
  ['no minutes at all', { minutes: 0 }, 422, /./],
  ['more than a week', { minutes: 10_081 }, 422, /./],
  ['a part of a minute', { minutes: 1.5 }, 422, /./],
  ['what does not fire', { minutes: 30 }, 409, /Nothing of this deployment fires now/],
])('refuses %s', async (_words, body, status, detail) => {
  await standing('c', 'inactive');
  const answer = await ask('PUT', 'c/acknowledgement', body);
  expect([answer.statusCode, answer.json().detail]).toEqual([status, expect.stringMatching(detail)]);
});

test('refuses what was replaced, and what is not there', async () => {
  await standing('d', 'firing');
  await standing('e', 'firing');
  const replaced = await ask('PUT', 'd/acknowledgement', { minutes: 30 });
  expect([replaced.statusCode, replaced.json().detail]).toEqual([
    409,
    expect.stringContaining('newer release'),
  ]);
  expect((await ask('PUT', 'nobody/acknowledgement', { minutes: 30 })).statusCode).toBe(404);
});
