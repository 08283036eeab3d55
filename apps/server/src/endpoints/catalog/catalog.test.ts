import { expect, test } from 'vitest';
import { configuredIn } from '../../config/to-config.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import { toCatalogDto } from './catalog-dto.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const configured = configuredIn(
  {
    metrics: {
      main: { url: 'https://user-only.example', bearerToken: 'hunter2' },
      spare: { url: 'http://p' },
    },
    clusters: { prod: { kubeconfig: '/hidden/kubeconfig' } },
    notifiers: [{ kind: 'webhook', name: 'oncall', url: 'https://hooks.example/T0/hunter2', secret }],
  },
  (path) => path,
);

async function catalog() {
  const board = createSourceBoard(configured.metrics);
  board.report('metrics', 'main', { up: true }, 0);
  board.report('cluster', 'prod', { up: false, reason: 'connection refused' }, 0);
  const { app } = await buildTestApp({ catalog: async () => toCatalogDto(configured, board) });
  const answer = await app.inject({ url: '/api/v1/catalog', headers: { host: 'localhost' } });
  await app.close();
  expect(answer.statusCode).toBe(200);
  return answer;
}

interface Served {
  families: {
    family: string;
    vendors: { kind: string; title: string; settings: Record<string, unknown> }[];
    configured: unknown[];
  }[];
}

test('what is configured is told with its health and without its settings', async () => {
  const answer = await catalog();
  const { families } = answer.json<Served>();
  const of = (name: string) => families.find(({ family }) => family === name)?.configured;
  expect(of('metrics')).toEqual([
    { name: 'main', kind: 'prometheus', health: { state: 'up', reason: null } },
    { name: 'spare', kind: 'prometheus', health: { state: 'unknown', reason: 'It was not asked yet.' } },
  ]);
  expect(of('clusters')).toEqual([
    { name: 'prod', kind: 'kubernetes', health: { state: 'down', reason: 'connection refused' } },
  ]);
  expect(of('notifiers')).toMatchObject([{ name: 'oncall', kind: 'webhook', health: { state: 'unknown' } }]);
  expect(of('probe')).toMatchObject([{ name: 'http', kind: 'http' }]);
  expect(of('flags')).toEqual([]);
  for (const value of ['hunter2', secret, 'user-only', '/hidden']) expect(answer.body).not.toContain(value);
});

test('every vendor is served with the whole schema of its settings', async () => {
  const { families } = (await catalog()).json<Served>();
  const vendors = families.flatMap(({ family, vendors }) => vendors.map(({ kind }) => `${family}/${kind}`));
  expect(vendors).toEqual(
    expect.arrayContaining(['metrics/prometheus', 'clusters/kubernetes', 'notifiers/webhook', 'probe/http']),
  );
  const webhook = families.flatMap(({ vendors }) => vendors).find(({ kind }) => kind === 'webhook');
  expect(webhook).toMatchObject({
    title: 'Webhook',
    settings: {
      type: 'object',
      required: ['url', 'secret'],
      additionalProperties: false,
      properties: {
        secret: { type: 'string', writeOnly: true },
        timeoutMs: { minimum: 100, default: 10_000 },
      },
    },
  });
});
