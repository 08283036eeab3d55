import type { AskOf } from '@lastgood/domain/rollback/need';
import type { RemovableKind } from '@lastgood/domain/workload/cluster-object';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdObjectManifests, grantedIn, shippedManifests, without } from '../shipped-rights-harness.ts';
import { openObjectsWorld } from './objects-world-harness.ts';

const never = new AbortController().signal;
const ask = (over: Partial<AskOf<'objects'>> = {}): AskOf<'objects'> => ({
  ...{ cluster: 'main', namespace: 'shop', labels: [{ app: 'web' }], known: [] },
  ...{ workloads: [{ kind: 'Deployment', name: 'web' }], ...over },
});

type World = Awaited<ReturnType<typeof openObjectsWorld>>;

async function listed({ objects }: World, over: Partial<AskOf<'objects'>> = {}) {
  const answer = await objects.listObjects(ask(over), never);
  if (answer.kind !== 'seen') throw new Error(answer.reason);
  return answer.seen;
}

describe('objects beside workloads, at the cluster of the sandbox', { timeout: 60_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openObjectsWorld();
  });
  afterAll(() => world.close());

  it('lists of all kinds what bears a label of the service, but what is known', async () => {
    const known = await world.put('ConfigMap', 'settings');
    await world.put('ConfigMap', 'others', { labels: { app: 'cart' } });
    for (const kind of ['CronJob', 'Job', 'Service', 'PodDisruptionBudget', 'Ingress'] as const)
      await world.put(kind, 'new');
    const owned = [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'new', uid: 'x', controller: true }];
    await world.put('Job', 'of-another', { labels: { app: 'web' }, ownerReferences: owned });
    const { objects, unread } = await listed(world, { known: [known] });
    expect(unread).toEqual([]);
    expect(objects.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([
      'CronJob/new',
      'Ingress/new',
      'Job/new',
      'Job/of-another',
      'PodDisruptionBudget/new',
      'Service/new',
    ]);
    expect(objects.filter(({ belongs }) => belongs).map(({ name }) => name)).toEqual(['of-another']);
    const { createdAt, owner, lacks } = objects[0] ?? {};
    expect([typeof createdAt, owner?.kind, lacks]).toEqual(['number', 'nobody', null]);
  });

  it('tells who owns it, and what uses it', async () => {
    const argo = { 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:shop/from-git' };
    await world.put('ConfigMap', 'from-git', { labels: { app: 'web' }, annotations: argo });
    await world.put('ConfigMap', 'shared');
    await world.call('POST', '/apis/apps/v1/namespaces/shop/deployments', {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' } },
      spec: {
        selector: { matchLabels: { app: 'cart' } },
        template: {
          metadata: { labels: { app: 'cart' } },
          spec: {
            containers: [{ name: 'app', image: 'x', envFrom: [{ configMapRef: { name: 'shared' } }] }],
          },
        },
      },
    });
    const { objects } = await listed(world);
    expect(objects.find(({ name }) => name === 'from-git')?.owner).toMatchObject({
      ...{ name: 'Argo CD', subject: 'application shop' },
    });
    expect(objects.find(({ name }) => name === 'shared')?.usedBy).toEqual(['Deployment cart']);
  });

  it('finds by any of several labels what no selector can ask for', async () => {
    const instance = { 'app.kubernetes.io/instance': 'web-1' };
    await world.put('ConfigMap', 'by-instance', { labels: instance });
    const { objects } = await listed(world, { labels: [{ app: 'web', ...instance }] });
    expect(objects.map(({ name }) => name)).toEqual(expect.arrayContaining(['by-instance', 'new']));
  });

  it('does not read a namespace that has more than a page', async () => {
    const many = Array.from({ length: 501 }, (_, n) =>
      world.put('ConfigMap', `many-${n}`, { labels: { app: 'many' } }),
    );
    await Promise.all(many);
    const { objects, unread } = await listed(world, { labels: [{ app: 'many' }] });
    expect(objects).toEqual([]);
    expect(unread).toEqual([{ kind: 'ConfigMap', reason: expect.stringContaining('more than 500') }]);
  });

  it.each<RemovableKind>(['CronJob', 'Job', 'Service', 'ConfigMap', 'PodDisruptionBudget', 'Ingress'])(
    'removes a %s once',
    async (kind) => {
      const uid = await world.put(kind, 'gone');
      const step = world.stepFor(kind, 'gone', uid);
      const { removeObject } = world.objects;
      // Its controller may write its status meanwhile: then it is looked at again.
      const attempts = await attemptUntilOver(removeObject, step, 'r1/1');
      expect(attempts.at(-1)).toMatchObject({
        ...{ sent: true, outcome: { kind: 'applied', note: `${kind} gone was removed` } },
      });
      expect(await world.uidOf(kind, 'gone')).toBeNull();
      const before = world.proxy.taken();
      expect(await attemptStep(removeObject, step, 'r1/1')).toMatchObject({
        ...{ sent: false, outcome: { kind: 'applied', note: `${kind} gone is not there` } },
      });
      expect(world.proxy.taken()).toBe(before);
    },
  );

  it('leaves another one of the same name alone, also where it comes right before the delete', async () => {
    const step = world.stepFor('CronJob', 'again', await world.put('CronJob', 'again'));
    let other = '';
    world.proxy.beforeNextWrite = async () => {
      await world.remove('CronJob', 'again');
      other = await world.put('CronJob', 'again');
    };
    const attempts = await attemptUntilOver(world.objects.removeObject, step, 'r1/2');
    expect(attempts.at(-1)?.outcome).toMatchObject({
      kind: 'applied',
      note: expect.stringContaining('created anew by somebody else, and is left alone'),
    });
    expect(await world.uidOf('CronJob', 'again')).toBe(other);
  });

  it('refuses what somebody took over right before the delete', async () => {
    const step = world.stepFor('Job', 'adopted', await world.put('Job', 'adopted'));
    const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:batch/Job:shop/adopted' };
    world.proxy.beforeNextWrite = async () => {
      const merge = 'application/merge-patch+json';
      await world.call('PATCH', world.pathOf('Job', 'adopted'), { metadata: { annotations } }, merge);
    };
    const attempts = await attemptUntilOver(world.objects.removeObject, step, 'r1/3');
    expect(attempts.at(-1)?.outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('belongs to Argo CD'),
    });
    expect(await world.uidOf('Job', 'adopted')).toBe(step.uid);
  });

  it('after a lost reply the world tells that it is gone', async () => {
    const step = world.stepFor('Job', 'lost', await world.put('Job', 'lost'));
    world.proxy.fault = 'loses-replies';
    const attempt = await attemptStep(world.objects.removeObject, step, 'r1/4');
    world.proxy.fault = 'none';
    expect(attempt).toMatchObject({ sent: true, outcome: { kind: 'applied' } });
  });

  it.each(['hangs', 'garbage', 'unavailable'] as const)('waits for an outside that %s', async (fault) => {
    const step = world.stepFor('Job', `x-${fault}`, await world.put('Job', `x-${fault}`));
    world.proxy.fault = fault;
    const attempt = await attemptStep(world.objects.removeObject, step, 'r1/5');
    const { objects, unread } = await listed(world);
    world.proxy.fault = 'none';
    expect(attempt).toMatchObject({ sent: false, outcome: { kind: 'waiting' } });
    expect([objects, unread.length]).toEqual([[], 11]);
    expect(await world.uidOf('Job', `x-${fault}`)).toBe(step.uid);
  });
});

describe('what deploy/kubernetes/rbac-created-objects.yaml gives', { timeout: 60_000 }, () => {
  const under = async (manifests: Parameters<typeof openObjectsWorld>[0]) => {
    const world = await openObjectsWorld(manifests);
    const step = world.stepFor('CronJob', 'new', await world.put('CronJob', 'new'));
    const { objects, unread } = await listed(world);
    const { outcome } = await attemptStep(world.objects.removeObject, step, 'r1/1');
    const isThere = (await world.uidOf('CronJob', 'new')) !== null;
    await world.close();
    return { objects, unread, outcome, isThere };
  };

  it('is enough to list and to remove', async () => {
    const { objects, unread, outcome } = await under(createdObjectManifests());
    expect(unread).toEqual([]);
    expect([objects.map(({ lacks }) => lacks), outcome.kind]).toEqual([[null], 'applied']);
    expect(
      grantedIn(createdObjectManifests()).filter((one) => /secrets|persistentvolume|namespaces/.test(one)),
    ).toEqual(grantedIn(shippedManifests()).filter((one) => /secrets|persistentvolume|namespaces/.test(one)));
  });

  it('without delete it is listed with the rule that is missing, and the removal is refused', async () => {
    const { objects, outcome, isThere } = await under(
      without('delete batch/cronjobs', createdObjectManifests()),
    );
    expect(objects.map(({ lacks }) => lacks)).toEqual([
      '{ apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["delete"] }',
    ]);
    expect(outcome.kind).not.toBe('applied');
    expect(isThere).toBe(true);
  });

  it('without any of it nothing is listed, and each kind says why', async () => {
    const { objects, unread } = await under(shippedManifests());
    expect(objects).toEqual([]);
    expect(unread.find(({ kind }) => kind === 'CronJob')?.reason).toContain('Lastgood may not list cronjobs');
  });
});
