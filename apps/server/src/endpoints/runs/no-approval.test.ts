import { createRunWorker } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { expect, test } from 'vitest';
import * as all from '../index.ts';
import { useRealStore } from './real-store-harness.ts';

const endpoints = Object.values(all);

/* No approval stands between the button and the run: it would cost the minutes that an incident is made of. */

const web = { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' } as const;
const world = createInMemoryStepWorld([web], Date.now);
const { rollout } = world;
const ports = { rollout, workloads: rollout.workloads };
const metrics = createInMemoryMetricSource(() => ({ kind: 'value', value: 0 }));
const real = useRealStore({ ports, metrics });
/** Every request that anybody sent. */
const sent: string[] = [];

const ask: typeof real.ask = (method, path, payload) => {
  sent.push(`${method} ${path}`);
  return real.ask(method, path, payload);
};

/** Two releases, the second in the cluster. */
async function bringOut(name: string, policy: object) {
  const target = { ...web, name };
  rollout.cluster.create(target, { app: 'registry/web:v1' });
  const workloads = [{ kind: 'Deployment', name }];
  const checks = [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }];
  const put = await ask('PUT', `/services/main/shop/${name}`, { workloads, checks, policy });
  expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);
  const before = await real.store().deployments.followed([`main/shop/${name}`]);
  expect(before[0]?.latest).toMatchObject({ release: 1 });
  const images = { app: 'registry/web:v2' };
  const bad = await ask('POST', '/deployments', { service: `main/shop/${name}`, version: 'v2', images });
  expect(bad.status, JSON.stringify(bad.body)).toBe(201);
  rollout.cluster.deploy(target, { app: 'registry/web:v2' });
  return bad.body.id as string;
}

/** What a policy may say that could be taken for a wish to be asked. */
test.each([
  ['by default', 'plain', {}],
  ['where nothing is done by itself', 'careful', { automaticGroup: 'suggest', afterWatch: 'suggest' }],
  ['where all is done by itself', 'eager', { automaticGroup: 'with-dependents', afterWatch: 'roll_back' }],
])('from the press to the queued run it is one request by one person: %s', async (_words, name, policy) => {
  const id = await bringOut(name, policy);
  sent.length = 0;
  const pressed = await ask('POST', `/deployments/${id}/rollback`, { reason: 'it is broken' });
  expect(pressed.status, JSON.stringify(pressed.body)).toBe(202);
  expect(pressed.body).toMatchObject({ status: 'queued', requester: { kind: 'person' } });
  // A worker takes it without another word from anybody.
  const deps = real.worked();
  const worker = createRunWorker({ ...deps, replica: 'worker', leaseMs: 5_000 });
  const begun = async () => {
    // Other runs of this database may be due before it.
    await worker.work(new AbortController().signal);
    return (await real.store().views.run(pressed.body.id))?.run;
  };
  await expect.poll(begun, { timeout: 20_000 }).toMatchObject({ startedAt: expect.any(Number) });
  expect(sent).toEqual([`POST /deployments/${id}/rollback`]);
});

test('nothing in the interface asks a second person, before or after', () => {
  const words = /approv|confirm|\breview|second.?person|four.?eyes|sign.?off/i;
  const named = endpoints.map(({ operationId, url }) => `${operationId} ${url}`);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((one) => words.test(one))).toEqual([]);
  const press = endpoints.find(({ operationId }) => operationId === 'rollbackDeployment');
  const asked = JSON.stringify(press?.body ?? {});
  expect(asked).toContain('reason');
  expect(asked.replace(/"description":"[^"]*"/g, '')).not.toMatch(words);
  expect(JSON.parse(asked).required ?? []).toEqual([]);
});
