import { createServer, type Server } from 'node:http';
import { families, openFamily } from '@lastgood/adapters';
import { createSteppedClock } from '@lastgood/sandbox/kubernetes/index';
import { listenOnLoopback } from '@lastgood/sandbox/metrics/listen-on-loopback';
import { type MetricStore, startMetricStore } from '@lastgood/sandbox/metrics/start-metric-store';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { importRules } from './import-rules.ts';
import { lintTriggers } from './lint-triggers.ts';
import { metricNames } from './metric-names.ts';

const page = `http_requests_total{service="web",status="200"} 100
http_requests_total{service="web",status="500"} 1
http_requests_total{service="cart",status="200"} 100
`;

const closing: (() => Promise<unknown>)[] = [];
let store: MetricStore;
beforeAll(async () => {
  const served: Server = createServer((_request, response) => response.end(page));
  const target = await listenOnLoopback(served);
  const clock = createSteppedClock();
  store = await startMetricStore({
    ...{ targets: () => [{ url: `${target.url}/metrics`, labels: {} }], clock, scrapeIntervalMs: 30_000 },
  });
  await clock.advance(1_000);
  await store.scrapeNow();
  now = clock.now();
  closing.push(store.close, target.close);
  ask = await api(store.url);
}, 60_000);
afterAll(async () => {
  for (const close of closing.splice(0)) await close();
});

let now = 0;
let ask: Awaited<ReturnType<typeof api>>;

/** The API with its real endpoints over one metric source; no service is declared. */
async function api(url: string) {
  const deps = depsOver(url);
  const { app } = await buildTestApp({
    lintTriggers: (request) => lintTriggers.handle(deps, request),
    importRules: (request) => importRules.handle(deps, request),
    metricNames: (request) => metricNames.handle(deps, request),
  });
  closing.push(() => app.close());
  return async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const answer = await app.inject({
      ...{ method, url: `/api/v1${path}`, headers: { host: 'localhost' } },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
}

/** It told of one alert. */
const toldNames: EndpointDependencies['store']['toldNames'] = {
  neverTold: async (wanted) =>
    wanted.map(({ labels }) =>
      labels.alertname === 'HighErrorRate' && labels.service === 'web'
        ? null
        : { names: ['HighErrorRate'], more: false },
    ),
};

function depsOver(url: string, clusterDeadlineMs = 20_000): EndpointDependencies {
  const entry = { kind: 'prometheus', name: 'main', clusters: ['main'], settings: { url } };
  const { metrics } = openFamily(families.metrics, [entry]).product;
  return {
    metrics,
    ...{ clock: { now: () => now }, probe: { refusal: () => null } },
    ports: { rollout: { clusters: () => ['main'] } },
    store: { deployments: { followed: async () => [] }, toldNames },
    configured: { signals: [{ name: 'main' }] },
    settings: { clusterDeadlineMs, judging: { intervalMs: 15_000 } },
  } as unknown as EndpointDependencies;
}

const trigger = (over: Partial<TriggerInput>): TriggerInput => ({
  ...{ name: 'errors', query: 'sum(http_requests_total{service="$SERVICE"})', threshold: 1 },
  ...{ comparison: 'greater_than', forDuration: 60, severity: 'page_and_suggest' },
  ...over,
});

async function found(over: Partial<TriggerInput>, service: string | undefined = 'main/shop/web') {
  const { status, body } = await ask('POST', '/triggers/lint', { service, triggers: [trigger(over)] });
  expect(status).toBe(200);
  return body.findings;
}

describe('lint', () => {
  test('finds nothing where one number answers', async () => {
    expect(await found({})).toEqual([]);
    expect(
      await found({ query: 'sum(rate(http_requests_total{service="$SERVICE"}[2m])) or vector(0)' }),
    ).toEqual([]);
  });

  test('an alert that nobody ever told of is doubtful', async () => {
    const lint = async (alertname: string) => {
      const labels = { alertname, service: '$SERVICE' };
      const told = { kind: 'alert', name: 'told', severity: 'page_and_suggest', labels, forDuration: 60 };
      const { body } = await ask('POST', '/triggers/lint', { service: 'main/shop/web', triggers: [told] });
      return body.findings;
    };
    expect(await lint('HighErrorRate')).toEqual([]);
    expect(await lint('HighErorRate')).toMatchObject([
      { code: 'never-told', severity: 'warning', path: '/triggers/0/labels' },
    ]);
  });

  test.each<[string, Partial<TriggerInput>, object]>([
    [
      'what cannot be read',
      { query: 'sum(' },
      { code: 'unreadable', severity: 'error', place: { column: 4 } },
    ],
    [
      'an unknown variable',
      { query: 'sum(http_requests_total{service="$SERVIC"})' },
      { code: 'unknown-variable', severity: 'error', fix: { text: '$SERVICE', split: null } },
    ],
    [
      'a metric that nobody has',
      { query: 'sum(http_request_total)' },
      { code: 'unknown-metric', severity: 'warning', fix: { text: 'http_requests_total' } },
    ],
    [
      'many series',
      { query: 'http_requests_total{service="$SERVICE"}' },
      { code: 'many-series', severity: 'error', place: null },
    ],
    [
      'silence',
      { query: 'sum(http_requests_total{service="$SERVICE",status=~"4.."})' },
      { code: 'no-answer', severity: 'warning' },
    ],
    [
      'a short window',
      { query: 'sum(rate(http_requests_total{service="$SERVICE"}[1m])) or vector(0)' },
      { code: 'short-window', severity: 'warning', place: { column: 50, length: 2 }, fix: { text: '2m' } },
    ],
    ['a short hold', { forDuration: 15 }, { code: 'short-hold', path: '/triggers/0/forDuration' }],
    [
      'the idiom of alert rules',
      { query: 'sum(http_requests_total{service="$SERVICE"}) > 500' },
      {
        ...{ code: 'empty-when-healthy', severity: 'error', path: '/triggers/0/query' },
        fix: {
          split: {
            ...{ query: 'sum(http_requests_total{service="$SERVICE"})', threshold: 500 },
            ...{ comparison: 'greater_than', onNoData: null },
          },
        },
      },
    ],
    [
      'the idiom, chosen',
      { query: 'sum(http_requests_total) > 500', onNoData: 'healthy' },
      { code: 'empty-when-healthy', severity: 'warning' },
    ],
    [
      'a companion as well',
      { minSamples: { query: 'sum(http_requests_total{servce="$SERVICE"}) or vector(0)', atLeast: 1 } },
      { code: 'unknown-label', path: '/triggers/0/minSamples/query', fix: { text: 'service' } },
    ],
  ])('finds %s', async (_what, over, finding) => {
    expect(await found(over)).toMatchObject([finding]);
  });

  test('finds the same in checks', async () => {
    const check = {
      name: 'c',
      type: 'prometheus',
      comparator: '<=',
      expected: 1,
      query: 'sum(http_request_total) > 1',
    };
    const { body } = await ask('POST', '/triggers/lint', { triggers: [], checks: [check] });
    expect(body.findings).toEqual([
      expect.objectContaining({ path: '/checks/0/query', code: 'empty-when-healthy', severity: 'warning' }),
      expect.objectContaining({ path: '/checks/0/query', code: 'unknown-metric' }),
    ]);
  });

  test('a source that hangs is told, within its time, and refuses nothing', async () => {
    const hanging = await startLocalServer(() => undefined);
    closing.push(hanging.close);
    const request = {
      ...{ params: {}, query: {}, body: { triggers: [trigger({})] } },
      ...{ caller: { name: 'a', role: 'admin' }, operation: { id: 'a', key: null } },
    } as unknown as Parameters<typeof lintTriggers.handle>[1];
    const { findings } = await lintTriggers.handle(depsOver(hanging.url, 300), request);
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings)
      expect(finding).toMatchObject({ code: 'could-not-be-asked', severity: 'warning' });
  });

  test('a service that is none is refused', async () => {
    expect(await ask('POST', '/triggers/lint', { service: 'web', triggers: [] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/service' }] },
    });
  });
});

test('names are told from the source of the cluster', async () => {
  const values = '/metric-names?of=values&label=service&metric=http_requests_total';
  expect((await ask('GET', values)).body).toEqual({ names: ['cart', 'web'], isCut: false, problem: null });
  expect((await ask('GET', `${values}&cluster=other`)).body).toMatchObject({
    names: [],
    problem: expect.stringContaining('other'),
  });
});

describe('a rule file', () => {
  test('becomes triggers as they are declared, and what does not translate is told', async () => {
    const file = `groups:
  - name: web
    rules:
      - { alert: WebErrors, expr: sum(errors) > 5, for: 2m, labels: { severity: critical } }
      - { record: a:b, expr: sum(errors) }
`;
    const { status, body } = await ask('POST', '/triggers/import', { file, serviceLabel: 'app' });
    expect(status).toBe(200);
    expect(body.alerts).toMatchObject([
      {
        ...{ group: 'web', name: 'WebErrors', outcome: 'same', notes: [] },
        triggers: [
          {
            ...{ name: 'web_errors', query: 'sum(errors{app="$SERVICE"})', threshold: 5 },
            ...{ comparison: 'greater_than', forDuration: 120, severity: 'page_and_suggest' },
          },
        ],
      },
      { name: 'a:b', outcome: 'left_out', triggers: [] },
    ]);
    // What is answered can be declared as it is.
    const again = await ask('POST', '/triggers/lint', { triggers: body.alerts[0].triggers });
    expect(again.status).toBe(200);
  });

  test('that is none is refused', async () => {
    expect(await ask('POST', '/triggers/import', { file: 'a: 1' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/file', message: expect.stringContaining('no rule file') }] },
    });
  });
});
