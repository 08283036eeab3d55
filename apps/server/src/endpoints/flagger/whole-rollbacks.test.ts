import { afterEach, describe, expect, test } from 'vitest';
import { type DeliveryWorld, imageOf, openDeliveryWorld } from './delivery-world-harness.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const rollouts = '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts';
const canaries = '/apis/flagger.app/v1beta1/namespaces/shop/canaries';
const labels = { app: 'web' };
const templateOf = (version: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'app', image: imageOf(version) }] },
});
const selector = { matchLabels: labels };

let world: DeliveryWorld;
afterEach(() => world?.close());

type Row = Awaited<ReturnType<DeliveryWorld['rollBack']>>;
const kinds = ({ steps }: Row) => steps.map(({ planned }) => planned.step.kind);
const states = ({ steps }: Row) => [...new Set(steps.map(({ status }) => status))];
const told = ({ run, steps }: Row) =>
  JSON.stringify([run.stop, steps.map(({ planned, note }) => [planned.step.kind, note])]);

interface Served {
  spec: { skipAnalysis?: boolean; replicas?: number; template: ReturnType<typeof templateOf> };
  status?: Record<string, unknown>;
}
const statusOf = async (path: string) => (await world.call<Served>('GET', `${path}/web`)).status ?? {};

describe('a Rollout of Argo Rollouts', () => {
  const steps = [{ setWeight: 34 }, { pause: {} }];
  const isAt = (phase: string) => async () => (await statusOf(rollouts)).phase === phase;

  async function begin(spec: object, service = {}, kind: 'Rollout' | 'Deployment' = 'Rollout') {
    world = await openDeliveryWorld(service, kind);
    const strategy = { canary: { steps } };
    await world.call('POST', rollouts, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: { replicas: 3, strategy, ...spec },
    });
    await world.until(isAt('Healthy'), 'a healthy Rollout');
    return world.snapshot();
  }

  /** What runs: images of the pods that are there, by how many. */
  function running(): Record<string, number> {
    const images = world.sandbox
      .list('pods', 'shop')
      .map(({ spec }) => (spec as Served['spec']['template']['spec']).containers[0]?.image ?? '');
    return Object.fromEntries(images.map((image) => [image, images.filter((one) => one === image).length]));
  }

  test('in its midst is aborted, and its stable template put back', async () => {
    const good = await begin({ selector, template: templateOf('v1') });
    await world.setImage(`${rollouts}/web`, 'v2');
    await world.until(isAt('Paused'), 'the pause of the canary');
    const row = await world.rollBack(good);
    expect(row.run.status, told(row)).toBe('done');
    expect(kinds(row)).toEqual([
      ...['order-abort', 'rehearse-template', 'set-template', 'skip-analysis', 'wait-for-promotion'],
      ...['wait-until-stable', 'verify'],
    ]);
    expect(await statusOf(rollouts)).toMatchObject({ phase: 'Healthy', availableReplicas: 3 });
    expect(Object.keys(running())).toEqual([imageOf('v1')]);
    const writes = world.sandbox
      .writes()
      .filter(({ userAgent, dryRun }) => userAgent === 'lastgood' && !dryRun);
    expect(writes.map(({ path }) => path.replace(/^.*\/web/, '').replace(/\?.*/, ''))).toEqual([
      '/status',
      '',
    ]);
  });

  test('that is promoted goes back at once, without its steps', async () => {
    const good = await begin({ selector, template: templateOf('v1') });
    await world.setImage(`${rollouts}/web`, 'v2');
    await world.until(isAt('Paused'), 'the pause of the canary');
    await world.call(
      'PATCH',
      `${rollouts}/web/status`,
      { status: { promoteFull: true } },
      'application/merge-patch+json',
    );
    await world.until(isAt('Healthy'), 'the promotion');
    const row = await world.rollBack(good);
    expect(row.run.status, told(row)).toBe('done');
    expect(kinds(row)[0]).toBe('rehearse-template');
    expect(states(row)).toEqual(['applied']);
    const { stableRS, currentPodHash, phase, promoteFull } = await statusOf(rollouts);
    expect([phase, promoteFull, stableRS === currentPodHash]).toEqual(['Healthy', undefined, true]);
    expect(good.imageDigests.app).toMatch(/^sha256:/);
    expect(running()).toEqual({ [`${imageOf('v1')}@${good.imageDigests.app}`]: 3 });
  });

  test('that takes its template from a Deployment goes back by that', async () => {
    world = await openDeliveryWorld({ rollback: { 'argo-rollouts': { rollout: 'web' } } }, 'Deployment');
    await world.call('POST', deployments, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
      spec: { replicas: 0, selector, template: templateOf('v1') },
    });
    await world.call('POST', rollouts, {
      ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' } },
      spec: {
        ...{ replicas: 3, strategy: { canary: { steps } } },
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    });
    await world.until(isAt('Healthy'), 'a healthy Rollout');
    const good = await world.snapshot();
    await world.setImage(`${deployments}/web`, 'v2');
    await world.until(isAt('Paused'), 'the pause of the canary');
    const row = await world.rollBack(good);
    expect(kinds(row).slice(0, 2), told(row)).toEqual(['order-abort', 'rehearse-template']);
    expect(states({ ...row, steps: row.steps.slice(0, -1) })).toEqual(['applied']);
    expect(await statusOf(rollouts)).toMatchObject({ phase: 'Healthy' });
    expect(Object.keys(running())).toEqual([imageOf('v1')]);
  });
});

describe('a Canary of Flagger', () => {
  const isAt = (phase: string) => async () => (await statusOf(canaries)).phase === phase;
  const service = { rollback: { flagger: { canary: 'web' } } };
  const primaryImage = async () => {
    const { spec } = await world.call<Served>('GET', `${deployments}/web-primary`);
    return spec.template.spec.containers[0]?.image;
  };

  async function begin(over: object = {}) {
    world = await openDeliveryWorld(service, 'Deployment');
    await world.call('POST', deployments, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
      spec: { replicas: 2, selector, template: templateOf('v1') },
    });
    await world.until(async () => (await world.snapshot()).imageDigests.app !== undefined, 'running pods');
    const good = await world.snapshot();
    const hooks = [{ name: 'lastgood', type: 'rollback', url: world.webhook }];
    await world.call('POST', canaries, {
      ...{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: 'web' } },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        analysis: { interval: '2s', stepWeight: 10, maxWeight: 50, webhooks: hooks },
        ...over,
      },
    });
    await world.until(isAt('Initialized'), 'the primary');
    await world.setImage(`${deployments}/web`, 'v2');
    return good;
  }

  test('in its analysis is told to roll back when it asks, and its target gets its template back', async () => {
    const good = await begin();
    await world.until(async () => Number((await statusOf(canaries)).canaryWeight) >= 20, 'traffic on it');
    expect([...new Set(world.asked)]).toEqual([403]);
    const row = await world.rollBack(good);
    expect(kinds(row), told(row)).toEqual(['order-abort', 'rehearse-template', 'set-template', 'verify']);
    expect(states({ ...row, steps: row.steps.slice(0, -1) })).toEqual(['applied']);
    expect(world.asked.filter((status) => status === 200)).toHaveLength(1);
    expect(await statusOf(canaries)).toMatchObject({ phase: 'Failed', canaryWeight: 0 });
    expect(await primaryImage()).toBe(imageOf('v1'));
    expect((await world.snapshot()).images.app).toBe(imageOf('v1'));
    // Flagger makes no canary of what it has promoted last.
    let looks = 0;
    await world.until(() => ++looks > 40, 'ten seconds, in which Flagger looks five times');
    expect(await isAt('Failed')()).toBe(true);
  });

  test('that it has promoted goes back without analysis, which is put back as it was', async () => {
    const good = await begin();
    await world.until(isAt('Succeeded'), 'the promotion');
    expect(await primaryImage()).toBe(imageOf('v2'));
    const row = await world.rollBack(good);
    expect(kinds(row), told(row)).toEqual([
      ...[
        'skip-analysis',
        'rehearse-template',
        'set-template',
        'wait-for-promotion',
        'skip-analysis',
        'verify',
      ],
    ]);
    expect(states({ ...row, steps: row.steps.slice(0, -1) })).toEqual(['applied']);
    expect((await primaryImage())?.startsWith(imageOf('v1'))).toBe(true);
    expect(await statusOf(canaries)).toMatchObject({ phase: 'Succeeded' });
    const { spec } = await world.call<Served>('GET', `${canaries}/web`);
    expect(spec.skipAnalysis).toBeUndefined();
  });

  test('that does not ask Lastgood is refused, with what to add', async () => {
    const good = await begin({ analysis: { interval: '2s', stepWeight: 10, maxWeight: 50 } });
    await world.until(isAt('Progressing'), 'the analysis');
    const row = await world.rollBack(good);
    expect(row.run.status).toBe('stopped');
    expect(row.run.stop?.refusals).toMatchObject([
      { code: 'flagger-does-not-ask', advice: expect.stringContaining('/api/v1/flagger/main/rollback') },
    ]);
  });
});
