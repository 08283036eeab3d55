import type { Deployment } from '@lastgood/domain';
import { expect, test } from 'vitest';
import { queuedRun, service, t0, trigger } from '../store-harness.ts';
import { beginsWork, store } from './views-harness.ts';

const minute = 60_000;

test('what was watched is found, newest first, with its changes and what took it back', async () => {
  const queued = await queuedRun(store);
  const { svc, bad } = queued;
  const ask = (over: object = {}) =>
    store.views.pastDeployments({ services: [svc.key], from: 0, to: t0 + 60 * minute, limit: 10, ...over });
  expect((await ask()).map(({ takenBack }) => takenBack).filter(Boolean)).toEqual([]);
  await beginsWork(queued, t0 + 50 * minute);
  const rows = await ask();
  // Neither the rollback, which no trigger takes back, nor the first one, which was never watched.
  expect(rows.map(({ deployment: { id } }) => id)).toEqual([bad.id]);
  expect(rows[0]?.deployment).toEqual((await store.deployments.deployment(bad.id)) as Deployment);
  expect(rows[0]?.takenBack).toMatchObject({
    wentAlong: false,
    by: expect.anything(),
    at: expect.any(Number),
  });
  expect(rows[0]?.takenBack?.at).toBeGreaterThanOrEqual(t0);
  expect((await ask({ limit: 1 })).map(({ deployment: { id } }) => id)).toEqual([bad.id]);
  expect(await ask({ from: t0 + 59 * minute })).toEqual([]);
  expect(await ask({ services: ['main/other/one'] })).toEqual([]);
});

test('of services with the triggers in force for them, by set and by name', async () => {
  const key = (name: string) => `main/past/${name}`;
  const declared = (name: string, over: object) =>
    service({ key: key(name), namespace: 'past', name, triggers: [], ...over });
  await store.triggerSets.apply({
    name: 'past',
    description: '',
    triggers: [trigger('errors'), trigger('slow')],
  });
  await store.services.apply(declared('a', { triggerSets: ['past'] }), 'ada', t0);
  const own = trigger('errors', { threshold: 9 });
  await store.services.apply(declared('b', { triggerSets: ['past'], triggers: [own] }), 'ada', t0);
  await store.services.apply(declared('c', { triggers: [trigger('other')] }), 'ada', t0);
  const bySet = await store.views.triggeredServices({ set: 'past' });
  expect(bySet.map((one) => [one.service.key, one.triggers.map(({ name }) => name)])).toEqual([
    [key('a'), ['errors', 'slow']],
    [key('b'), ['errors', 'slow']],
  ]);
  expect(bySet[1]?.triggers[0]?.threshold).toBe(9);
  const named = await store.views.triggeredServices({ services: [key('c'), key('nobody')] });
  expect(named.map((one) => one.service.key)).toEqual([key('c')]);
  await store.services.delete(key('c'), 'ada', t0);
  const all = (await store.views.triggeredServices({})).map((one) => one.service.key);
  expect(all).toEqual(expect.arrayContaining([key('a'), key('b')]));
  expect(all).not.toContain(key('c'));
  expect(await store.views.pastDeployments({ services: [key('a')], from: 0, to: t0, limit: 1 })).toEqual([]);
});
