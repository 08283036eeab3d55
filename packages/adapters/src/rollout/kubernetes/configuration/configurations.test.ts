import { afterEach, describe, expect, it } from 'vitest';
import { configurationManifests, shippedManifests } from '../shipped-rights-harness.ts';
import { openConfigurationWorld, testKey } from './configuration-world-harness.ts';
import { createContentKey } from './content-key.ts';

type World = Awaited<ReturnType<typeof openConfigurationWorld>>;
const opened: World[] = [];
const open = async (...given: Parameters<typeof openConfigurationWorld>) => {
  const world = await openConfigurationWorld(...given);
  opened.push(world);
  return world;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((world) => world.close()));
});

const never = new AbortController().signal;
const secret = { kind: 'Secret', name: 'db' } as const;
const map = { kind: 'ConfigMap', name: 'shop' } as const;

async function read({ configurations, place }: World, own: string[] = []) {
  const workloads = own.map((name) => ({ kind: 'Deployment' as const, name }));
  const answer = await configurations.readConfiguration(
    { ...place, objects: [map, secret], workloads },
    never,
  );
  if (answer.kind !== 'seen') throw new Error(answer.reason);
  const [ofMap, ofSecret] = answer.seen;
  if (!ofMap || !ofSecret) throw new Error('one is missing');
  return { ofMap, ofSecret };
}

it('without a key nothing is asked of the cluster, and nothing is kept', async () => {
  const world = await open(null, null);
  await world.put(secret, { PASSWORD: 'x' });
  const { ofSecret } = await read(world, ['web']);
  expect(ofSecret.seen).toMatchObject({
    state: { kind: 'unread', reason: expect.stringContaining('configurationKey') },
  });
  expect(ofSecret.seen).not.toHaveProperty('sealed');
});

it('binary data goes along, and values of any letters', async () => {
  const world = await open();
  const path = '/api/v1/namespaces/shop/configmaps';
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' } };
  const [data, binaryData] = [{ 'a.b': 'ü\n"\\' }, { icon: '/wABAg==' }];
  await world.call('POST', path, { ...body, data, binaryData });
  const { state, sealed = '' } = (await read(world)).ofMap.seen;
  if (state.kind !== 'there') throw new Error('it is not there');
  expect(Object.keys(state.keys)).toEqual(['a.b', 'icon']);
  expect(createContentKey(testKey).open(state.digest, sealed)).toEqual({ data, binaryData });
  expect(createContentKey(Buffer.alloc(32, 8).toString('base64')).open(state.digest, sealed)).toBeNull();
});

describe('whose it is', () => {
  it.each([
    [{ annotations: { 'cert-manager.io/certificate-name': 'web' } }, 'cert-manager'],
    [{ labels: { 'reconcile.external-secrets.io/managed': 'true' } }, 'External Secrets'],
    [
      {
        ownerReferences: [
          {
            apiVersion: 'bitnami.com/v1alpha1',
            kind: 'SealedSecret',
            name: 'db',
            uid: 'u',
            controller: true,
          },
        ],
      },
      'SealedSecret db',
    ],
  ])('what a controller makes is not kept: %j', async (meta, name) => {
    const world = await open();
    await world.put(secret, { PASSWORD: 'x' }, false, meta);
    const { owner, seen } = (await read(world)).ofSecret;
    expect(owner).toMatchObject({ kind: 'unknown-controller', name });
    expect(seen).toMatchObject({ state: { notKept: `not kept: it belongs to ${name}` } });
    expect(seen).not.toHaveProperty('sealed');
  });

  it('who else of the namespace uses it', async () => {
    const world = await open();
    await world.put(map, { LEVEL: 'x' });
    for (const name of ['web', 'basket'])
      await world.call('POST', '/apis/apps/v1/namespaces/shop/deployments', {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
        spec: {
          ...{ replicas: 0, selector: { matchLabels: { app: name } } },
          template: {
            metadata: { labels: { app: name } },
            spec: {
              containers: [{ name: 'app', image: 'x:1', envFrom: [{ configMapRef: { name: 'shop' } }] }],
            },
          },
        },
      });
    expect((await read(world, ['web'])).ofMap.usedBy).toEqual(['Deployment basket']);
  });
});

describe('with the rights that are shipped', () => {
  it('ConfigMaps can go back, and of a Secret is said what its role lacks', async () => {
    const world = await open(configurationManifests({ secrets: false }));
    await world.put(map, { LEVEL: 'x' });
    await world.put(secret, { PASSWORD: 'x' });
    const { ofMap, ofSecret } = await read(world, ['web']);
    expect(ofMap).toMatchObject({ missingRights: [], seen: { state: { kind: 'there' } } });
    const reason =
      'Lastgood may not get secrets in namespace shop; the rule for it is { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }';
    expect(ofSecret.seen.state).toEqual({ kind: 'unread', reason });
  });

  it('Secrets, too, where that was granted', async () => {
    const world = await open(configurationManifests({ secrets: true }));
    await world.put(secret, { PASSWORD: 'x' });
    const { ofMap, ofSecret } = await read(world, ['web']);
    expect(ofMap).toMatchObject({ missingRights: [], seen: { state: { kind: 'absent' } } });
    expect(ofSecret).toMatchObject({ missingRights: [], seen: { state: { kind: 'there' } } });
  });

  it('without them nothing else breaks', async () => {
    const world = await open(shippedManifests());
    await world.put(map, { LEVEL: 'x' });
    const { ofMap } = await read(world, ['web']);
    expect(ofMap.seen.state).toMatchObject({ kind: 'unread', reason: expect.stringContaining('configmaps') });
  });
});
