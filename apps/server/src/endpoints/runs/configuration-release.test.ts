import { createRunWorker } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { beforeAll, expect, test } from 'vitest';
import { useRealStore } from './real-store-harness.ts';

/* A release that changes no image, only what a ConfigMap holds: registered, completed, taken back and verified. */
const web = { kind: 'Deployment', cluster: 'main', namespace: 'shop', name: 'web' } as const;
const world = createInMemoryStepWorld([web], Date.now);
const { cluster } = world.rollout;
const metrics = createInMemoryMetricSource(() => ({ kind: 'value', value: 0 }));
const real = useRealStore({ ports: world.ports, metrics });
const { ask } = real;

const settings = 'ConfigMap/web-settings';
const holds = () => world.state.configurations[settings]?.held;
function set(held: Record<string, string>): void {
  const version = (world.state.configurations[settings]?.version ?? 0) + 1;
  world.state.configurations[settings] = { uid: 'settings', version, held };
}

async function workUntilEnded(runId: string) {
  const worker = createRunWorker({ ...real.worked(), replica: 'worker', leaseMs: 5_000 });
  const until = Date.now() + 60_000;
  for (;;) {
    const { run } = (await ask('GET', `/runs/${runId}`)).body;
    if (!['queued', 'running'].includes(run.status)) return run;
    if (Date.now() > until) throw new Error(`the run does not end: ${JSON.stringify(run)}`);
    await worker.work(AbortSignal.timeout(2_000));
    world.settle();
  }
}

const key = 'main/shop/web';
const register = async (payload: object) => {
  const { status, body } = await ask('POST', '/deployments', { service: key, ...payload });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id as string;
};

beforeAll(async () => {
  set({ LEVEL: 'info' });
  const containers = [
    { name: 'app', image: 'registry/web:v1', envFrom: [{ configMapRef: { name: 'web-settings' } }] },
  ];
  cluster.create(web, { app: 'registry/web:v1' });
  cluster.write(cluster.at(web), { spec: { containers } }, null);
  cluster.settle(web);
  const put = await ask('PUT', `/services/${key}`, {
    workloads: [{ kind: web.kind, name: web.name }],
    checks: [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }],
  });
  expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);
});

test('nothing of it is seen, and it waits, while what its template names is as it was', async () => {
  const id = await register({ version: 'nothing' });
  const { body } = await ask('PATCH', `/deployments/${id}`, { status: 'completed' });
  expect(body).toMatchObject({ status: 'in_progress', completedAt: null });
});

test('what it names tells nothing of one that brings an image, which has yet to come', async () => {
  const id = await register({ version: 'v2', images: { app: 'registry/web:v2' } });
  set({ LEVEL: 'trace' });
  const { body } = await ask('PATCH', `/deployments/${id}`, { status: 'completed' });
  expect(body).toMatchObject({ status: 'in_progress', completedAt: null });
  set({ LEVEL: 'info' });
});

test('is complete once its pipeline says so, goes back with its pods started anew, and is verified', {
  timeout: 120_000,
}, async () => {
  const id = await register({ version: 'debug' });
  const { template } = cluster.at(web);
  set({ LEVEL: 'debug' });
  const { body: reported } = await ask('PATCH', `/deployments/${id}`, { status: 'completed' });
  expect(reported).toMatchObject({
    status: 'completed',
    changes: [{ after: { images: { app: 'registry/web:v1' } } }],
  });
  const { body: events } = await ask('GET', `/events?deployment=${id}`);
  expect(events.items.map(({ text }: { text: string }) => text)).toContain(
    'debug (release 4) is complete: of what its pods run nothing changed, only what ConfigMap web-settings held, and they serve.',
  );

  const { body: plan } = await ask('GET', `/deployments/${id}/plan`);
  expect(plan.plan.warnings).toContain(
    'Deployment web has the template already: its pods are started anew, so that they read the configuration.',
  );
  const pressed = await ask('POST', `/deployments/${id}/rollback`, { reason: 'errors' });
  expect(pressed.status, JSON.stringify(pressed.body)).toBe(202);
  expect(await workUntilEnded(pressed.body.id)).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(holds()).toEqual({ LEVEL: 'info' });
  expect(cluster.at(web).template).not.toEqual(template);
});
