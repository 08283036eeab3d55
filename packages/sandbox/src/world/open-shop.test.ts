import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { createSteppedClock, startKubernetesSandbox } from '../kubernetes/index.ts';
import { createClusterClient } from './cluster-client.ts';
import { startControlApi } from './control-api.ts';
import { type OpenShop, openShop } from './open-shop.ts';
import { blueGreen } from './shop/blue-green/blue-green.ts';
import { canary } from './shop/canary/canary.ts';
import { flag } from './shop/flag/flag.ts';
import { plain } from './shop/plain/plain.ts';
import { progressive } from './shop/progressive/progressive.ts';
import type { OpenScenario, Scenario } from './shop/scenario.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(scenarios: readonly Scenario[], clusterUrl = 'http://127.0.0.1:9') {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-shop-'));
  closing.push(() => rm(dataDir, { recursive: true }));
  const [clock, errors] = [createSteppedClock(), [] as unknown[]];
  const shop = await openShop({
    ...{ dataDir, scenarios, clock, clusterUrl, controlUrl: 'http://127.0.0.1:9' },
    ...{ cluster: createClusterClient(clusterUrl), history: () => '[]' },
    onError: (error) => void errors.push(error),
  });
  closing.push(shop.close);
  return { shop, clock, errors };
}

async function served(shop: OpenShop): Promise<string> {
  const [pipelines, dataPlane] = [
    { begin: () => ({}) as never, close: () => undefined },
    { pick: () => null } as never,
  ];
  const around = { shop, pipelines, dataPlane, listeningSince: 0, describe: () => ({}) };
  const { url, close } = await startControlApi(around, 0);
  closing.push(close);
  return url;
}

async function fleet(url: string): Promise<Record<string, unknown>[]> {
  const { statusCode, body } = await request(`${url}/fleet`);
  expect(statusCode).toBe(200);
  return (await body.json()) as Record<string, unknown>[];
}

const offering: OpenScenario = {
  populate: () => Promise.resolve(),
  offered: () => Promise.resolve([{ name: 'fine', running: 'v1', versions: [] }]),
  prepare: () => Promise.resolve([]),
  bringOut: () => Promise.resolve(),
};

function scenario(name: string, open: Partial<OpenScenario> | Error): Scenario {
  return {
    ...{ name, title: name, about: name, services: [] },
    open: async () => {
      if (open instanceof Error) throw open;
      return { ...offering, ...open };
    },
  };
}

it('opens the others where one cannot be opened, and says why that one cannot', async () => {
  const broken = scenario('broken', new Error('git init: xcode-select: no developer tools were found'));
  const { shop, errors } = await opened([broken, scenario('fine', {})]);
  await shop.populate();
  expect(errors).toHaveLength(1);
  expect(await fleet(await served(shop))).toMatchObject([
    { name: 'broken', lacks: expect.stringContaining('xcode-select'), waitsFor: null, services: [] },
    { name: 'fine', lacks: null, waitsFor: null, services: [{ name: 'fine' }] },
  ]);
});

it('puts the others there where one cannot be put there, and tries that one again', async () => {
  let fails = true;
  const populate = async () => {
    if (fails) throw new Error('Service ranking: 409 Conflict');
  };
  const { shop, clock, errors } = await opened([scenario('late', { populate }), scenario('fine', {})]);
  await shop.populate();
  const url = await served(shop);
  expect(errors).toHaveLength(1);
  expect(await fleet(url)).toMatchObject([{ waitsFor: expect.any(String) }, { waitsFor: null }]);
  fails = false;
  await clock.advance(3_000);
  await clock.advance(10_000);
  expect(await fleet(url)).toMatchObject([{ lacks: null, waitsFor: null }, { waitsFor: null }]);
});

it('shows the others, and brings them out, where what one stands on was deleted', async () => {
  const offered = () => Promise.reject(new Error('Deployment ranking is not there'));
  const { shop } = await opened([scenario('gone', { offered }), scenario('fine', { takes: () => true })]);
  const url = await served(shop);
  expect(await fleet(url)).toMatchObject([
    { name: 'gone', waitsFor: 'Deployment ranking is not there', services: [] },
    { name: 'fine', waitsFor: null, services: [{ name: 'fine' }] },
  ]);
  const order = { method: 'POST', body: JSON.stringify({ service: 'fine', tag: 'v2' }) } as const;
  expect((await request(`${url}/prepare`, order)).statusCode).toBe(200);
});

it('puts each object there again that somebody has deleted', { timeout: 60_000 }, async () => {
  const cluster = await startKubernetesSandbox({ namespaces: ['shop'] });
  closing.push(cluster.close);
  const { shop, errors } = await opened([plain, blueGreen, canary, progressive, flag], cluster.url);
  await shop.populate();
  const names = () =>
    ['deployments', 'services', 'statefulsets', 'daemonsets'].flatMap((kind) =>
      cluster
        .list(kind, 'shop')
        .map((one) => `${kind}/${(one as { metadata: { name: string } }).metadata.name}`),
    );
  const before = names().sort();
  const gone = [
    ...['ranking', 'storefront-green', 'pricing-canary', 'suggestions-blue', 'payments'].map(
      (name) => `/apis/apps/v1/namespaces/shop/deployments/${name}`,
    ),
    '/api/v1/namespaces/shop/services/storefront',
  ];
  for (const path of gone)
    expect((await request(`${cluster.url}${path}`, { method: 'DELETE' })).statusCode).toBe(200);
  expect((await fleet(await served(shop))).map(({ waitsFor }) => waitsFor)).toContain(
    'Deployment ranking is not there',
  );
  await shop.populate();
  expect(names().sort()).toEqual(before);
  expect(errors).toEqual([]);
});
