import { families, openFamily } from '@lastgood/adapters';
import { createRunWorker } from '@lastgood/engine';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { expect, test } from 'vitest';
import { useRealStore } from '../runs/real-store-harness.ts';

/* A release that only turns a flag, from its registration to the proof of its rollback. */
const web = { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' } as const;
const world = createInMemoryStepWorld([web], Date.now);
const { rollout } = world;
const ports = { rollout, workloads: rollout.workloads, flags: world.ports.flags };
const { metrics } = openFamily(families.metrics, []).product;
const real = useRealStore({ ports, metrics });
const { ask } = real;

async function workUntilOver(runId: string) {
  const deps = real.worked();
  const worker = createRunWorker({ ...deps, replica: 'worker', leaseMs: 5_000 });
  for (let tries = 0; tries < 200; tries += 1) {
    await worker.work(new AbortController().signal);
    const { body } = await ask('GET', `/runs/${runId}`);
    if (!['queued', 'running'].includes(body.run.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the run does not end');
}

test('is taken back by its flag alone, proven, and left as a deployment that says so', async () => {
  rollout.cluster.create(web, { app: 'registry/web:v1' });
  world.state.flags['new-cart'] = { value: { on: false, percentage: 100 }, version: 1, archived: false };
  const checks = [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }];
  const declared = { workloads: [{ kind: 'Deployment', name: 'web' }], checks };
  const put = await ask('PUT', '/services/main/shop/web', declared);
  expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);

  const target = { provider: 'unleash', project: 'shop', environment: 'production', flag: 'new-cart' };
  const change = { kind: 'flag', target, before: false, after: true };
  const release = { service: 'main/shop/web', version: 'v1 with new-cart' };
  const wrong = { ...release, changes: [{ ...change, before: 'off', target: { flag: 'new-cart' } }] };
  const refused = await ask('POST', '/deployments', wrong);
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toContainEqual({
    path: '/changes/0/target',
    message: expect.stringMatching(/^names no provider and no environment.*rollback\.flag of the service$/),
  });
  const registered = await ask('POST', '/deployments', { ...release, changes: [change] });
  expect(registered.status).toBe(201);
  world.state.flags['new-cart'].value = { on: true, percentage: 100 };
  // Until it is out its code may still come, and would be set back too.
  const out = await ask('PATCH', `/deployments/${registered.body.id}`, { status: 'completed' });
  expect(out.body).toMatchObject({ status: 'completed' });

  const before = rollout.effects().length;
  const { body: preview } = await ask('GET', `/deployments/${registered.body.id}/plan`);
  expect(preview.refusals).toEqual([]);
  expect(preview.plan.steps.map(({ title }: { title: string }) => title)).toEqual([
    'Set flag new-cart in production back to off',
    expect.stringMatching(/^Verify .*1 check/),
  ]);
  const pressed = await ask('POST', `/deployments/${registered.body.id}/rollback`, { reason: 'errors' });
  expect(pressed.status).toBe(202);
  const { run } = await workUntilOver(pressed.body.id);
  expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(world.state.flags['new-cart'].value).toEqual({ on: false, percentage: 100 });
  expect(rollout.effects()).toHaveLength(before);
  const { items } = (await ask('GET', '/deployments?service=main/shop/web')).body;
  expect(items.map(({ status }: { status: string }) => status)).toEqual(
    expect.arrayContaining(['rolled_back']),
  );
});
