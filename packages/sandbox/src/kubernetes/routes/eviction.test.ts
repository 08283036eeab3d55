import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSteppedClock, type KubernetesSandbox, type Pod, startKubernetesSandbox } from '../index.ts';
import type { PodDisruptionBudget } from '../kinds/disruption-budget-kind.ts';

const clock = createSteppedClock();
let sandbox: KubernetesSandbox;
beforeEach(async () => {
  sandbox = await startKubernetesSandbox({ clock });
});
afterEach(() => sandbox.close());

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

const pods = '/api/v1/namespaces/default/pods';
const evict = (name: string) =>
  call('POST', `${pods}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });

async function runStatefulSet(image: string, replicas = 3): Promise<void> {
  const labels = { app: 'db' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } };
  const spec = { replicas, serviceName: 'db', selector: { matchLabels: labels }, template };
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec };
  expect((await call('POST', '/apis/apps/v1/namespaces/default/statefulsets', set)).status).toBe(201);
  await clock.advance(5_000);
}

async function budget(name: string, spec: object) {
  const path = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const answer = await call('POST', path, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
  });
  await clock.advance(100);
  return answer;
}

const statusOf = (name: string) =>
  (sandbox.list('poddisruptionbudgets') as PodDisruptionBudget[]).find((one) => one.metadata.name === name)
    ?.status;
const uidOf = (name: string) =>
  (sandbox.list('pods') as Pod[]).find((pod) => pod.metadata.name === name)?.metadata.uid;

test.each([
  [{ minAvailable: 2 }, { desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1 }],
  [{ minAvailable: '50%' }, { desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1 }],
  [{ maxUnavailable: '50%' }, { desiredHealthy: 1, expectedPods: 3, disruptionsAllowed: 2 }],
  [{ maxUnavailable: 0 }, { desiredHealthy: 3, expectedPods: 3, disruptionsAllowed: 0 }],
  [{ minAvailable: 5 }, { desiredHealthy: 5, expectedPods: 3, disruptionsAllowed: 0 }],
])('a budget of %j over three ready pods comes to %j', async (spec, expected) => {
  await runStatefulSet('db:v1');
  await budget('db', spec);
  expect(statusOf('db')).toMatchObject({ currentHealthy: 3, ...expected });
});

test('a budget that names both bounds, or no number, is refused with the field', async () => {
  expect((await budget('both', { minAvailable: 1, maxUnavailable: 1 })).text).toContain('spec');
  const wrong = await budget('wrong', { minAvailable: 'most' });
  expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('spec.minAvailable')]);
});

test('a plain DELETE asks no budget, an eviction does', async () => {
  await runStatefulSet('db:v1');
  await budget('db', { maxUnavailable: 0 });
  const before = uidOf('db-2');
  const refused = await evict('db-2');
  expect([refused.status, refused.text]).toEqual([429, expect.stringContaining('needs 3 healthy pods')]);
  await clock.advance(2_000);
  expect(uidOf('db-2')).toBe(before);
  expect((await call('DELETE', `${pods}/db-2`)).status).toBe(200);
  await clock.advance(2_000);
  expect(uidOf('db-2')).not.toBe(before);
});

test('a pod that never ran is evicted past its budget', async () => {
  await runStatefulSet('db:bad');
  await budget('db', { minAvailable: 3 });
  expect((await evict('db-0')).status).toBe(201);
});

test('a pod under two budgets cannot be evicted, and the answer says so', async () => {
  await runStatefulSet('db:v1');
  await budget('one', { maxUnavailable: 1 });
  await budget('two', { maxUnavailable: 1 });
  const { status, text } = await evict('db-0');
  expect([status, text]).toEqual([500, expect.stringContaining('more than one PodDisruptionBudget')]);
});

test('an eviction that was let through and came to nothing counts for two minutes', async () => {
  await runStatefulSet('db:v1');
  await budget('db', { maxUnavailable: 1 });
  const wrong = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'db-0' } };
  const deleteOptions = { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };
  expect((await call('POST', `${pods}/db-0/eviction`, { ...wrong, deleteOptions })).status).toBe(409);
  await clock.advance(100_000);
  expect(statusOf('db')).toMatchObject({
    disruptionsAllowed: 0,
    disruptedPods: { 'db-0': expect.anything() },
  });
  await clock.advance(30_000);
  expect(statusOf('db')).toMatchObject({ disruptionsAllowed: 1 });
  expect(statusOf('db')?.disruptedPods).toBeUndefined();
});
