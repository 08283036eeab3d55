import { createRunWorker } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { expect, test } from 'vitest';
import { useRealStore } from './real-store-harness.ts';

/* A person who does not wait for the stages of a rollback, over the real endpoints, store and worker. */
const place = { kind: 'Deployment', cluster: 'main', namespace: 'shop' } as const;
const [blue, green] = [
  { ...place, name: 'web-blue' },
  { ...place, name: 'web-green' },
] as const;
const world = createInMemoryStepWorld([blue, green], Date.now);
const { rollout } = world;
const ports = { rollout, workloads: rollout.workloads, traffic: world.ports.traffic };
const metrics = createInMemoryMetricSource(() => ({ kind: 'value', value: 0 }));
const real = useRealStore({ ports, metrics });
const { ask } = real;

async function workUntil(runId: string, isThere: (run: { status: string }) => boolean) {
  const deps = real.worked();
  const worker = createRunWorker({ ...deps, replica: 'worker', leaseMs: 5_000 });
  const until = Date.now() + 90_000;
  let answer = await ask('GET', `/runs/${runId}`);
  while (!isThere(answer.body.run)) {
    if (Date.now() > until) throw new Error(`the run does not get there: ${JSON.stringify(answer.body.run)}`);
    const over = AbortSignal.timeout(2_000);
    await worker.work(over);
    world.settle();
    answer = await ask('GET', `/runs/${runId}`);
  }
  return answer.body.run;
}

/** A release in green that has all of the traffic, and whose way back holds each stage for a day. */
async function releaseGreen() {
  for (const [target, version] of [
    [blue, 'v1'],
    [green, 'v0'],
  ] as const)
    rollout.cluster.create(target, { app: `registry/web:${version}` });
  const route = { kind: 'HTTPRoute', name: 'web' };
  const slots = {
    blue: { kind: 'Deployment', name: blue.name },
    green: { kind: 'Deployment', name: green.name },
  };
  const put = await ask('PUT', '/services/main/shop/web', {
    ...{ strategy: 'blue-green', workloads: Object.values(slots) },
    rollback: {
      'blue-green': { route, slots },
      progressive: { soakSeconds: 80_000, pauseAtMostSeconds: 86_400 },
    },
    checks: [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }],
  });
  expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);
  const bad = await ask('POST', '/deployments', {
    ...{ service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } },
  });
  expect(bad.status, JSON.stringify(bad.body)).toBe(201);
  rollout.cluster.deploy(green, { app: 'registry/web:v2' });
  world.settle();
  world.state.routes.web = {
    ...{ uid: 'u', weights: { blue: 0, green: 100 }, accepted: true, ready: { blue: 3, green: 3 } },
  };
  await ask('PATCH', `/deployments/${bad.body.id}`, { status: 'completed' });
  return bad.body.id as string;
}

test('sends all of the traffic back at once, once, and says who asked for it', {
  timeout: 180_000,
}, async () => {
  const id = await releaseGreen();
  expect((await ask('POST', '/runs/nobody/hurry')).status).toBe(404);
  const pressed = await ask('POST', `/deployments/${id}/rollback`, { reason: 'errors' });
  expect(pressed.status, JSON.stringify(pressed.body)).toBe(202);
  const runId = pressed.body.id as string;
  const weights = () => world.state.routes.web?.weights;
  await workUntil(runId, () => weights()?.blue === 25);

  const hurried = await ask('POST', `/runs/${runId}/hurry`);
  expect(hurried.status, JSON.stringify(hurried.body)).toBe(200);
  expect(hurried.body).toMatchObject({ id: runId, status: 'running' });
  const run = await workUntil(runId, ({ status }) => !['queued', 'running'].includes(status));
  expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(weights()).toMatchObject({ blue: 100, green: 0 });

  const again = await ask('POST', `/runs/${runId}/hurry`);
  expect(again.status).toBe(409);
  const { body } = await ask('GET', `/events?run=${runId}`);
  const said = body.items.filter(({ type }: { type: string }) => type === 'rollback.hurried');
  expect(said).toHaveLength(1);
  expect(said[0].text).toMatch(/sends all of the traffic back at once$/);
});
