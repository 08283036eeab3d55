import { families, openFamily } from '@lastgood/adapters';
import { memoryQuery, type NewDeployment, newDeployment, type RollbackTrigger } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import {
  type PrometheusServer,
  startPrometheusServer,
  type WireQuery,
  type WireReply,
} from '@lastgood/testkit/servers/prometheus-server';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createJudge } from '../../attack/fuzz/judge-answer.ts';
import { type ApiDocument, type Operation, operationsOf } from '../../attack/fuzz/operations.ts';
import { createPlaces } from '../../backtest/places.ts';
import type { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import { openapiDocument } from '../../http/openapi-document.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';
import type { BacktestDeployment, BacktestLine, BacktestResult } from './backtest-schema.ts';

const postgres = usePostgres();
const dayMs = 86_400_000;
const now = dayZero;
const keptSince = now - 15 * dayMs;
const places = createPlaces(2);
const errors: RollbackTrigger = aTrigger({
  name: 'errors',
  query: 'errors{service="$SERVICE"}',
  forMs: minute,
});
const web = aService({ triggers: [errors] });
const cart = aService({ name: 'cart', triggers: [], triggerSets: ['shared'] });

const long = aService({ name: 'long', triggers: [], triggerSets: ['shared'] });

/** One whose first half the source has forgotten, and two that were watched for hours. */
const pastOfLong: (Partial<NewDeployment> & { startedAt: number; hours: number })[] = [
  { id: 'half', startedAt: keptSince - 6 * minute, hours: 1 / 5, version: 'l1', proof: 'verified' },
  { id: 'long-good', startedAt: now - 9 * dayMs, hours: 5, version: 'l2', proof: 'verified' },
  {
    ...{ id: 'long-bad', startedAt: now - 8 * dayMs, hours: 5, version: 'l3' },
    ...{ status: 'rolled_back', rolledBackAt: now - 8 * dayMs + 240 * minute },
  },
];

/** Of three releases, one a day, the second fails from its fifth minute on; a fourth is older than what the source keeps. */
const startOf = (day: number) => now - day * dayMs;
const past: Partial<NewDeployment>[] = [
  { id: 'old', startedAt: startOf(20), version: 'v1', proof: 'verified' },
  { id: 'good', startedAt: startOf(3), version: 'v2', proof: 'verified' },
  {
    id: 'bad',
    startedAt: startOf(2),
    version: 'v3',
    status: 'rolled_back',
    rolledBackAt: startOf(2) + 9 * minute,
  },
  { id: 'nobody-knows', startedAt: startOf(1), version: 'v4', proof: 'unproven' },
];

const document = (await openapiDocument()) as ApiDocument;
const judge = createJudge(document);
const operation = operationsOf(document).find(({ id }) => id === 'backtestTriggers') as Operation;

let server: PrometheusServer;
let store: Store;
let app: FastifyInstance;
let url: string;
/** What the source does in place of answering. */
let instead: ((query: WireQuery) => WireReply | null) | null = null;
beforeEach(() => {
  instead = null;
});

function reply(query: WireQuery): WireReply {
  const other = instead?.(query);
  if (other) return other;
  const { range, query: text } = query;
  if (!range) return { kind: 'vector', series: [{ metric: {}, value: '0' }] };
  const steps = Array.from(
    { length: Math.round((range.end - range.start) / range.step) + 1 },
    (_, n) => range.start + n * range.step,
  );
  const kept = steps.filter((second) => second * 1000 >= keptSince);
  const valueAt = (second: number) =>
    text !== memoryQuery &&
    second * 1000 >= startOf(2) + 5 * minute &&
    second * 1000 < startOf(2) + 60 * minute
      ? '0.5'
      : '0.01';
  if (kept.length === 0) return { kind: 'matrix', series: [] };
  return {
    kind: 'matrix',
    series: [{ metric: {}, values: kept.map((second) => [second, valueAt(second)]) }],
  };
}

beforeAll(async () => {
  server = await startPrometheusServer(reply);
  store = createStore({ databaseUrl: postgres.url, now: () => now });
  await store.triggerSets.apply({ name: 'shared', description: '', triggers: [errors] });
  for (const service of [web, cart, long]) await store.services.apply(service, 'ada', now - 40 * dayMs);
  for (const one of past)
    await store.deployments.commit({
      newDeployments: [
        newDeployment({
          ...{
            id: 'x',
            service: web.key,
            origin: 'pipeline',
            strategy: 'rolling',
            status: 'completed',
            startedAt: 0,
          },
          ...one,
          completedAt: one.startedAt ?? 0,
          watchEndsAt: (one.startedAt ?? 0) + 10 * minute,
          watchClosedAt: (one.startedAt ?? 0) + 10 * minute,
        }),
      ],
    });
  for (const { hours, ...one } of pastOfLong)
    await store.deployments.commit({
      newDeployments: [
        newDeployment({
          ...{ id: 'x', service: long.key, origin: 'pipeline', strategy: 'rolling', status: 'completed' },
          ...{ ...one, completedAt: one.startedAt },
          watchEndsAt: one.startedAt + hours * 60 * minute,
          watchClosedAt: one.startedAt + hours * 60 * minute,
        }),
      ],
    });
  const entry = { kind: 'prometheus', name: 'main', clusters: ['main'], settings: { url: server.url } };
  const deps = {
    ...{ store, backtests: places, metrics: openFamily(families.metrics, [entry]).product.metrics },
    clock: { ...createRealClock(), now: () => now },
    settings: { judging: aJudging },
  } as unknown as EndpointDependencies;
  ({ app } = await buildTestApp({}, { answer: (endpoint, request) => endpoint.handle(deps, request) }));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  // A client that hung up opens a connection for its next request, which never comes.
  const closed = app.close();
  app.server.closeAllConnections();
  await closed;
  await store.close();
  await server.close();
});

function send(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/api/v1/triggers/backtest`, {
    ...{ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    ...(signal && { signal }),
  });
}

async function lines(body: object): Promise<BacktestLine[]> {
  const response = await send(body);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const text = await response.text();
  const headers = Object.fromEntries(response.headers);
  const judged = judge(operation, 'POST', {
    kind: 'answer',
    status: 200,
    headers,
    body: text,
    from: 0,
    to: 0,
  });
  expect(judged).toEqual([]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BacktestLine);
}

async function tried(body: object) {
  const all = await lines(body);
  const deployments = all.filter((line): line is BacktestDeployment => line.type === 'deployment');
  return { all, deployments, result: all.at(-1) as BacktestResult };
}

const declared: TriggerInput = {
  ...{ name: 'errors', query: 'errors{service="$SERVICE"}', threshold: 0.05, comparison: 'greater_than' },
  ...{ forDuration: 60, severity: 'auto_rollback' },
};

describe('a backtest', () => {
  test('tells of each deployment, and how good the trigger is by those that are known', async () => {
    const { all, deployments, result } = await tried({ name: 'errors', services: [web.key] });
    expect(all[0]).toEqual({ type: 'progress', done: 0, of: 4, words: '0 of 4 deployments' });
    expect(
      deployments.map(({ deploymentId, label, outcome, counts }) => [deploymentId, label, outcome, counts]),
    ).toEqual([
      ['nobody-knows', null, 'quiet', false],
      ['bad', 'bad', 'fired', true],
      ['good', 'good', 'quiet', true],
      ['old', 'good', 'unread', false],
    ]);
    const [, bad, , old] = deployments;
    expect(bad).toMatchObject({
      ...{ service: web.key, release: 3, version: 'v3', labelWords: 'rolled back', leadSeconds: 180 },
      words: 'fires 6 min after it began, 3 min before it was known to be bad',
      trigger: { threshold: 0.05, comparison: 'greater_than', unit: 'ratio', limit: '> 5 % for 1 min' },
      firings: [
        {
          firedAt: new Date(startOf(2) + 6 * minute).toISOString(),
          resolvedAt: null,
          heldSeconds: 60,
          text: '50 %',
        },
      ],
      ...{ slots: { due: 40, read: 40, answered: 40 }, unread: [], slotsPerPoint: 1 },
    });
    expect(bad?.points).toHaveLength(40);
    expect(bad?.points[21]).toEqual({
      ...{ at: new Date(startOf(2) + 5.25 * minute).toISOString(), value: 0.5, kind: 'value' },
      ...{ phase: 'pending', heldSeconds: 15 },
    });
    expect(old).toMatchObject({
      unread: [{ reason: 'the source has nothing of that time any more', slots: 40 }],
      words: expect.stringContaining('40 of 40 slots could not be read'),
    });
    expect(result).toMatchObject({
      ...{ type: 'result', deployments: 4, isCut: false, services: [web.key], intervalSeconds: 15 },
      words: 'It would have fired on 1 of 1 bad deployment and on 0 of 1 good deployment.',
      score: {
        ...{ caught: 1, missed: 0, falselyAccused: 0, leftAlone: 1, falseAlarms: 0, falseAlarmsPerWeek: 0 },
        ...{
          falseAlarmsPerWeekAsked: 0,
          falseAlarmWords: 'no false alarms in 10 min of good deployments watched',
        },
        ...{ precision: 1, recall: 1, judgedSeconds: 600, medianLeadSeconds: 180 },
      },
    });
    expect(result.notes.join('\n')).toContain(
      '1 of 4 could not be read and counts neither way: the source has nothing of that time any more (1).',
    );
    expect(result.notes.join('\n')).toContain('1 of 4 was neither rolled back nor verified nor marked');
  });

  test('takes a trigger that nobody has saved, and a mark counts', async () => {
    const mark = { verdict: 'bad', by: 'ada', note: null, at: now } as const;
    await store.marks.put('nobody-knows', mark);
    const strict = { ...declared, threshold: 0.6 };
    const { result, deployments } = await tried({
      trigger: strict,
      services: [web.key],
      since: new Date(startOf(4)).toISOString(),
    });
    expect(deployments.map(({ deploymentId, labelWords }) => [deploymentId, labelWords])).toEqual([
      ['nobody-knows', 'marked bad by ada'],
      ['bad', 'rolled back'],
      ['good', 'verified'],
    ]);
    expect(result.score).toMatchObject({ caught: 0, missed: 2, recall: 0, precision: null });
    expect((await tried({ trigger: declared, deployments: 1 })).result).toMatchObject({
      deployments: 1,
      isCut: true,
    });
  });

  test('what it did of half a deployment counts in no share, and a long watch is judged in its beginning only', async () => {
    const touchy = await tried({ trigger: { ...declared, threshold: 0.005 }, services: [long.key] });
    const half = touchy.deployments.find(({ deploymentId }) => deploymentId === 'half');
    expect(half).toMatchObject({
      ...{ outcome: 'fired', isPartlyRead: true, counts: false },
      words:
        'fires 7 min after it began; not counted: 24 of 48 slots could not be read (the source has nothing of that time any more)',
    });
    expect(touchy.result.score).toMatchObject({ caught: 1, falselyAccused: 1, falseAlarms: 1 });
    expect(touchy.result.notes.join('\n')).toContain(
      'It fires on 1 of which less than 90 % of the slots could be read, which counts neither way',
    );

    const calm = await tried({ trigger: declared, services: [long.key] });
    const words = 'does not fire in the first 3 h, and no more of its watch is judged: not counted';
    expect(
      calm.deployments.slice(0, 2).map((one) => [one.deploymentId, one.outcome, one.counts, one.words]),
    ).toEqual([
      ['long-bad', 'quiet', false, words],
      ['long-good', 'quiet', false, words],
    ]);
    expect(calm.result.score).toMatchObject({
      ...{ missed: 0, leftAlone: 0, recall: null, judgedSeconds: 3 * 3_600 },
      falseAlarmWords: 'no false alarms in 3 h of good deployments watched',
    });
    expect(calm.result.notes.join('\n')).toContain('Of 2 long watches only the first 3 h were judged');
  });

  test('asks each question of a watch once, a source the same whatever the number of slots', async () => {
    server.queries.length = 0;
    await lines({ name: 'errors', services: [web.key], since: new Date(startOf(4)).toISOString() });
    // The trigger, and whether the source knows anything of that time, and of now; of three deployments.
    expect(server.queries).toHaveLength(9);
  });

  test('a source that is away is not a quiet trigger', async () => {
    instead = () => ({
      kind: 'json',
      status: 503,
      body: { status: 'error', errorType: 'unavailable', error: 'away' },
    });
    const { result, deployments } = await tried({ name: 'errors', services: [web.key] });
    expect(deployments.every(({ outcome, counts }) => outcome === 'unread' && !counts)).toBe(true);
    expect(result.score).toMatchObject({
      leftAlone: 0,
      missed: 0,
      judgedSeconds: 0,
      falseAlarmsPerWeek: null,
    });
    expect(result.words).toMatch(/cannot be told/);
  });

  test.each<[string, object, string, RegExp]>([
    ['nothing', {}, '/trigger', /one of both/],
    ['both', { name: 'errors', trigger: declared }, '/trigger', /one of both/],
    ['a name that nobody has', { name: 'nobody' }, '/name', /No service has a trigger nobody/],
    [
      'a service that is not declared',
      { name: 'errors', services: ['main/shop/no'] },
      '/services/0',
      /not declared/,
    ],
    [
      'a service without the trigger',
      { name: 'slow', services: [web.key] },
      '/services/0',
      /no trigger slow/,
    ],
    ['a set that is not there', { name: 'errors', set: 'nobody' }, '/set', /no trigger set/],
    ['a query that cannot be read', { trigger: { ...declared, query: 'sum(' } }, '/trigger/query', /./],
    [
      'a new trigger without a service',
      { trigger: { ...declared, name: 'fresh' } },
      '/services',
      /Say whose/,
    ],
    [
      'one of alerts',
      {
        trigger: { kind: 'alert', name: 'told', severity: 'log_only', labels: { a: 'b' } },
        services: [web.key],
      },
      '/trigger',
      /shadow: true/,
    ],
    ['the future', { name: 'errors', since: '2099-01-01T00:00:00Z' }, '/since', /not in the past/],
    ['too long ago', { name: 'errors', since: '2020-01-01T00:00:00Z' }, '/since', /90 days/],
    [
      'an end before the beginning',
      {
        name: 'errors',
        since: new Date(startOf(2)).toISOString(),
        until: new Date(startOf(3)).toISOString(),
      },
      '/until',
      /after since/,
    ],
  ])('%s is refused before anything is asked', async (_words, body, path, message) => {
    server.queries.length = 0;
    const response = await send(body);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      422,
      'application/problem+json',
    ]);
    expect(await response.json()).toMatchObject({
      errors: [{ path, message: expect.stringMatching(message) }],
    });
    expect(server.queries).toEqual([]);
  });

  test('who hangs up stops it: nothing more is asked, and others have the place', async () => {
    instead = () => ({ kind: 'raw', write: () => undefined });
    const hangUps = [new AbortController(), new AbortController()];
    const open = await Promise.all(
      hangUps.map(({ signal }) => send({ name: 'errors', services: [web.key] }, signal)),
    );
    for (const one of open) expect(one.status).toBe(200);
    const third = await send({ name: 'errors', services: [web.key] });
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '10']);
    await vi.waitFor(() => expect(server.queries.length).toBeGreaterThan(0));
    for (const one of hangUps) one.abort();
    await vi.waitFor(async () => {
      instead = null;
      expect((await send({ name: 'errors', services: ['main/shop/no'] })).status).toBe(422);
      const leave = [places.enter(), places.enter()];
      for (const one of leave) one?.();
      expect(leave.every(Boolean)).toBe(true);
    });
    const asked = server.queries.length;
    expect((await tried({ name: 'errors', services: [web.key], deployments: 1 })).result.deployments).toBe(1);
    expect(server.queries.length).toBe(asked + 3);
  });
});
