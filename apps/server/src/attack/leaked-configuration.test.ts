import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { query } from '@lastgood/store/store-harness';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import pino from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import * as endpoints from '../endpoints/index.ts';
import { startLastgood } from '../start/start.ts';
import { tallyGoal } from './tally-goal.ts';

/*
 * A whole server takes back a release that changed a Secret and a ConfigMap. Everything that it answers, logs, stores and sends is
 * searched for what they held.
 */
const postgres = usePostgres();
const values = {
  good: { PASSWORD: 'correct-horse-battery', LEVEL: 'staple-of-the-good' },
  bad: { PASSWORD: 'tr0ub4dor-and-three', LEVEL: 'staple-of-the-bad' },
};
const key = Buffer.alloc(32, 9).toString('base64');
const closes: (() => unknown)[] = [];
const logged: string[] = [];
const sent: string[] = [];
const answered: string[] = [];
let api: string;
let cluster: string;

const base64 = (value: string) => Buffer.from(value).toString('base64');
const core = '/api/v1/namespaces/shop';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

async function call(method: string, path: string, body?: object, type = 'application/json') {
  const sentBody = body ? JSON.stringify(body) : null;
  const answer = await fetch(`${cluster}${path}`, {
    method,
    headers: { 'content-type': type },
    body: sentBody,
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

async function ask(method: string, path: string, body?: object) {
  const headers = body ? { 'content-type': 'application/json' } : {};
  const sentBody = body ? JSON.stringify(body) : null;
  const answer = await fetch(`${api}${path}`, { method, headers, body: sentBody });
  const said = await answer.text();
  answered.push(said);
  return { status: answer.status, body: said.startsWith('{') ? JSON.parse(said) : said };
}

async function put({ PASSWORD, LEVEL }: typeof values.good): Promise<void> {
  const merge = 'application/merge-patch+json';
  await call('PATCH', `${core}/secrets/db`, { data: { PASSWORD: base64(PASSWORD) } }, merge);
  await call('PATCH', `${core}/configmaps/shop`, { data: { LEVEL } }, merge);
}

async function held() {
  const secret = await call('GET', `${core}/secrets/db`);
  const map = await call('GET', `${core}/configmaps/shop`);
  return { PASSWORD: Buffer.from(secret.data.PASSWORD, 'base64').toString(), LEVEL: map.data.LEVEL };
}

beforeAll(async () => {
  const sandbox = await startKubernetesSandbox({ namespaces: ['shop'], nodes: 2 });
  closes.push(() => sandbox.close());
  cluster = sandbox.url;
  const { good } = values;
  const object = (kind: string, name: string, data: object) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name },
    data,
  });
  await call('POST', `${core}/secrets`, object('Secret', 'db', { PASSWORD: base64(good.PASSWORD) }));
  await call('POST', `${core}/configmaps`, object('ConfigMap', 'shop', { LEVEL: good.LEVEL }));
  const labels = { app: 'web' };
  const envFrom = [{ secretRef: { name: 'db' } }, { configMapRef: { name: 'shop' } }];
  await call('POST', deployments, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    spec: {
      ...{ replicas: 2, selector: { matchLabels: labels } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'shop/web:v1', envFrom }] },
      },
    },
  });
  const hook = await startLocalServer(async (request, response) => {
    sent.push(await text(request));
    response.writeHead(204).end();
  });
  closes.push(hook.close);
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-leaks-'));
  closes.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'lastgood.yaml'),
    JSON.stringify({
      sandbox: false,
      evaluator: { intervalSeconds: 1 },
      clusters: { main: { kubeconfig: sandbox.kubeconfig(), configurationKey: { env: 'KEY' } } },
      notifiers: [
        {
          kind: 'webhook',
          name: 'hook',
          url: hook.url,
          secret: `whsec_${Buffer.alloc(24).toString('base64')}`,
        },
      ],
    }),
  );
  const env = { DATABASE_URL: postgres.url, LASTGOOD_PORT: '0', KEY: key };
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const running = await startLastgood(loadConfig({ env, cwd: folder, pid: 1 }), log);
  closes.push(() => running.stop());
  await running.prepared;
  api = `${running.url}/api/v1`;
}, 60_000);
afterAll(async () => {
  for (const close of closes.reverse()) await close();
});

const leaks = tallyGoal('S14', 'places where what configuration held can be read');
const patience = { timeout: 90_000, interval: 250 };

async function takeBack() {
  const web = { workloads: [{ kind: 'Deployment', name: 'web' }] };
  await vi.waitFor(async () => {
    await ask('PUT', '/services/main/shop/web', web);
    const { body } = await ask('GET', '/deployments?service=main/shop/web');
    expect(body.items).toHaveLength(1);
  }, patience);
  const release = { service: 'main/shop/web', version: 'v2', images: { app: 'shop/web:v2' } };
  const { id } = (await ask('POST', '/deployments', release)).body;
  await put(values.bad);
  const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'shop/web:v2' }];
  await call('PATCH', `${deployments}/web`, image, 'application/json-patch+json');
  await ask('PATCH', `/deployments/${id}`, { status: 'completed' });
  await vi.waitFor(async () => {
    const { body } = await ask('GET', `/deployments/${id}`);
    expect(body.deployment.completedAt).not.toBeNull();
  }, patience);
  const preview = await ask('GET', `/deployments/${id}/plan`);
  const pressed = await ask('POST', `/deployments/${id}/rollback`, {});
  expect(pressed.status).toBe(202);
  const runId = pressed.body.id;
  await vi.waitFor(async () => {
    const { body } = await ask('GET', `/runs/${runId}`);
    expect(body.run.status).toBe('done');
  }, patience);
  return { id, runId, preview: preview.body };
}

test('what configuration held is in no answer, log line, row or message', { timeout: 300_000 }, async () => {
  const { id, runId, preview } = await takeBack();
  const titles = preview.plan.steps.map(({ title }: { title: string }) => title);
  expect(titles.slice(0, 2)).toEqual([
    expect.stringMatching(/^Set Secret db back to .*\(PASSWORD changed\)$/),
    expect.stringMatching(/^Set ConfigMap shop back to .*\(LEVEL changed\)$/),
  ]);
  expect(await held()).toEqual(values.good);

  const rollbackId = `${runId}-rollback`;
  for (const { method, url } of Object.values(endpoints).filter((one) => one.method === 'GET'))
    for (const one of url.includes(':id') ? [id, runId, rollbackId] : ['']) {
      const path = url
        .replace(':cluster/:namespace/:name', 'main/shop/web')
        .replace(':id', one)
        .replace(/:\w+/, 'default');
      await ask(method, path);
    }
  const tables = await query<{ name: string }>(
    postgres.url,
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await query<{ all: string | null }>(
        postgres.url,
        `select string_agg(t::text, E'\\n') as all from ${name} t`,
      );
      return row?.all ?? '';
    }),
  );
  const found: string[] = [];
  const searched = { answered, logged, sent, rows };
  expect(rows.join('').length).toBeGreaterThan(10_000);
  for (const [name, texts] of Object.entries(searched)) {
    expect(texts.length, name).toBeGreaterThan(0);
    const whole = texts.join('\n');
    for (const value of [...Object.values(values.good), ...Object.values(values.bad), key])
      for (const form of [value, base64(value), Buffer.from(value).toString('hex')]) {
        leaks.of += 1;
        if (!whole.includes(form)) continue;
        leaks.count += 1;
        found.push(`${form} in ${name}`);
      }
  }
  expect(found).toEqual([]);
  // The search finds what is there: the names, and the image that was set.
  expect(answered.join('')).toContain('Secret db');
  expect(rows.join('')).toContain('shop/web:v2');
  expect(sent.join('')).toContain('v2');
});
