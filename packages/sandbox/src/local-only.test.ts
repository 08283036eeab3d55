import { createServer, get } from 'node:http';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KubernetesSandbox, startKubernetesSandbox } from './kubernetes/index.ts';
import { foreignReason, localOnly } from './local-only.ts';
import { type Listening, listenOnLoopback } from './metrics/listen-on-loopback.ts';
import { startMetricStore } from './metrics/start-metric-store.ts';
import { startKubeStateExporter } from './services/kube-state-exporter.ts';
import { startServiceDiscovery } from './services/service-discovery.ts';
import { startControlApi } from './world/control-api.ts';

test.each([
  [{ host: '127.0.0.1:6500' }, true],
  [{ host: 'localhost' }, true],
  [{ host: '[::1]:80' }, true],
  [{ host: '127.0.0.1:6500', origin: 'http://127.0.0.1:6500' }, true],
  [{ host: '127.0.0.1:6500', 'sec-fetch-site': 'none' }, true],
  [{ host: '127.0.0.1:6500', origin: 'http://127.0.0.1:4600' }, false],
  [{ host: '127.0.0.1:6500', origin: 'https://evil.example' }, false],
  [{ host: '127.0.0.1:6500', origin: 'null' }, false],
  [{ host: '127.0.0.1:6500', 'sec-fetch-site': 'cross-site' }, false],
  [{ host: 'evil.example:6500' }, false],
  [{ host: 'evil.example:6500', origin: 'http://evil.example:6500' }, false],
  [{ host: '127.0.0.1.evil.example' }, false],
  [{ host: '10.0.0.7' }, false],
  [{}, false],
])('a request with %j is heard: %s', (headers, heard) => {
  expect(foreignReason(headers) === null).toBe(heard);
});

let kubernetes: KubernetesSandbox;
const others: { url: string; close(): Promise<void> }[] = [];

beforeAll(async () => {
  kubernetes = await startKubernetesSandbox();
  const control: Listening = await startControlApi(
    {
      shop: null as never,
      pipelines: null as never,
      dataPlane: null as never,
      listeningSince: 0,
      describe: () => ({}),
    },
    0,
  );
  const metrics = await startMetricStore({ targets: () => [] });
  const discovery = await startServiceDiscovery({ targets: () => [] });
  const exporter = await startKubeStateExporter({ listPods: () => [] });
  others.push(control, metrics, discovery, { url: exporter.target.url, close: exporter.close });
});
afterAll(() => Promise.all([kubernetes.close(), ...others.map((one) => one.close())]));

test('no page of another site reaches the cluster, the control API, or what is measured', async () => {
  for (const url of [`${kubernetes.url}/api/v1/namespaces`, ...others.map((one) => one.url)]) {
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }]) {
      const answer = await request(url, { headers });
      expect([url, answer.statusCode]).toEqual([url, 403]);
      await answer.body.dump();
    }
  }
  const created = await request(`${kubernetes.url}/api/v1/namespaces`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
    body: JSON.stringify({ metadata: { name: 'evil' } }),
  });
  expect(await created.body.json()).toMatchObject({ kind: 'Status', status: 'Failure', code: 403 });
  expect(kubernetes.list('namespaces').map(({ metadata }) => metadata.name)).not.toContain('evil');
});

test('programs are heard, and an upgrade is refused like any other request', async () => {
  expect((await fetch(`${kubernetes.url}/api/v1/namespaces`)).status).toBe(200);
  const reached = await listenOnLoopback(
    createServer(localOnly((_request, response) => response.end('heard'))),
  );
  expect(await (await fetch(reached.url)).text()).toBe('heard');
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', origin: 'https://evil.example' };
  const answer = await new Promise<number>((resolve, reject) => {
    get(reached.url, { headers: upgrade }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
  expect(answer).toBe(403);
  await reached.close();
});
