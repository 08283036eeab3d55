import { hasPrometheus } from '@lastgood/sandbox/metrics/comparison/real-prometheus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Production, startProduction } from './production.ts';
import { eventually, type RunRow, runs } from './test-steps.ts';

const missing = hasPrometheus() ? null : 'the program prometheus is not installed';
if (missing) process.stdout.write(`skipped: the run against a real Prometheus; ${missing}\n`);

let production: Production;
const intervalSeconds = 5;

interface DeploymentRow {
  id: string;
  release: number;
  origin: string;
  status: string;
  proof: string;
  version: string | null;
}

interface ServiceRow {
  summary: { lastKnownGood: { release: number; version: string | null; proof: string } | null };
  warnings: string[];
}

/** A service as its team declares it, with windows of 20 s and holds of 10 s so that a test can wait for them. */
async function declare(name: string, kind: string, extra: Record<string, unknown> = {}): Promise<ServiceRow> {
  const answer = await production.ci<ServiceRow>('PUT', `/api/v1/services/prod/shop/${name}`, {
    workloads: [{ kind, name }],
    triggerSets: ['shop'],
    checks: [
      {
        name: 'health endpoint answers',
        type: 'http',
        url: `${production.balancer}/services/${name}/health`,
        every: 2,
        timeout: 60,
      },
      {
        name: 'error rate is low again',
        type: 'prometheus',
        query: errorRate('10s'),
        comparator: '<=',
        expected: 0.01,
        passes: 2,
        every: 2,
        timeout: 90,
      },
    ],
    policy: { watchWindow: 300, cooldown: 30 },
    ...extra,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

function errorRate(window: string): string {
  const all = `sum(rate(http_requests_total{service="$SERVICE"}[${window}]))`;
  const failed = `sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[${window}]))`;
  return `${failed} / ${all} or 0 * ${all}`;
}

const triggers = [
  {
    name: 'high_error_rate',
    query: errorRate('20s'),
    threshold: 0.05,
    comparison: 'greater_than',
    forDuration: 10,
    severity: 'auto_rollback',
    unit: 'ratio',
  },
  {
    name: 'crash_loop',
    query:
      'sum(increase(kube_pod_container_status_restarts_total{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[60s]))',
    threshold: 1,
    comparison: 'greater_than',
    forDuration: 10,
    severity: 'auto_rollback',
    unit: 'restarts',
    workloadKinds: ['Deployment'],
  },
  {
    name: 'high_latency',
    query:
      'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="$SERVICE"}[20s])))',
    threshold: 5,
    comparison: 'greater_than',
    forDuration: 10,
    severity: 'page_and_suggest',
    unit: 's',
  },
];

async function deployments(service: string): Promise<DeploymentRow[]> {
  const key = encodeURIComponent(`prod/shop/${service}`);
  const page = await production.lastgood.get<{ items: DeploymentRow[] }>(
    `/api/v1/deployments?service=${key}`,
  );
  return page.items;
}

/** Waits until the newest run of the service stands so. */
async function runOf(service: string, status: string, withinMs: number): Promise<RunRow> {
  const find = (rows: RunRow[]) => rows.find((one) => one.service === `prod/shop/${service}`);
  const rows = await eventually(
    () => runs(production.lastgood),
    (all) => find(all)?.status === status,
    withinMs,
  );
  return find(rows) as RunRow;
}

interface TriggerRow {
  name: string;
  phase: string;
  since: string | null;
  readAt: string | null;
}

async function triggersOf(deploymentId: string | undefined): Promise<TriggerRow[]> {
  const path = `/api/v1/deployments/${deploymentId}`;
  return (await production.lastgood.get<{ triggers: TriggerRow[] }>(path)).triggers;
}

/** Slots in which it was asked since it began to fire, which is when it suggested a rollback. */
function firedSlots(trigger: TriggerRow | undefined): number {
  if (trigger?.phase !== 'firing' || !trigger.since || !trigger.readAt) return 0;
  return (Date.parse(trigger.readAt) - Date.parse(trigger.since)) / (intervalSeconds * 1_000);
}

/** Kinds in the order of arrival; a key that arrived twice or a signature that is wrong fails the test. */
function told(service: string): string[] {
  const received = production.webhooks.of(`prod/shop/${service}`);
  expect(received.filter((one) => !one.genuine || one.id !== one.data.key)).toEqual([]);
  expect(new Set(received.map((one) => one.id)).size).toBe(received.length);
  return received.map((one) => one.type);
}

describe.skipIf(missing)('configured as in production, beside a real Prometheus (needs prometheus)', () => {
  beforeAll(async () => {
    production = await startProduction({ intervalSeconds, scrapeSeconds: 2 });
    const set = await production.ci('PUT', '/api/v1/trigger-sets/shop', { triggers });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
  });

  afterAll(() => production?.stop());

  test('a bad deploy as the very first act of a fresh install is taken back', async () => {
    const declared = await declare('checkout', 'Deployment');
    expect(declared.summary.lastKnownGood).toMatchObject({
      release: 1,
      version: 'v41',
      proof: 'presumed_good',
    });

    const register = () =>
      production.ci<DeploymentRow>(
        'POST',
        '/api/v1/deployments',
        { service: 'prod/shop/checkout', version: 'v42-errors', commit: 'c0ffee', author: 'ada' },
        { 'idempotency-key': 'pipeline-1042' },
      );
    const [first, again] = [await register(), await register()];
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    await production.deploy('checkout', 'v42-errors', first.body.id);

    const run = await runOf('checkout', 'done', 180_000);
    expect(run).toMatchObject({
      requester: { kind: 'automatic', name: 'high_error_rate' },
      verdict: 'passed',
      from: { release: 2 },
      target: { release: 1, version: 'v41' },
    });
    expect(await production.running('checkout')).toBe('v41');
    expect((await deployments('checkout')).map((one) => [one.origin, one.status])).toEqual([
      ['rollback', 'completed'],
      ['pipeline', 'rolled_back'],
      ['detected', 'completed'],
    ]);
    await eventually(
      async () => told('checkout'),
      (types) => types.includes('rolled_back'),
      15_000,
    );
    expect(told('checkout')).toEqual(['rolling_back', 'rolled_back']);
    for (const one of production.webhooks.of('prod/shop/checkout'))
      expect(one.data).toMatchObject({ urgency: 'info', deploymentId: first.body.id, runId: run.id });
  });

  test('a bad deploy that no pipeline registers is detected and taken back', async () => {
    await declare('payments', 'Deployment');
    await production.deploy('payments', 'v18-crashloop');
    const detected = await eventually(
      () => deployments('payments'),
      ([newest]) => newest?.release === 2,
      30_000,
    );
    expect(detected[0]).toMatchObject({ origin: 'detected', version: 'v18-crashloop' });
    const run = await runOf('payments', 'done', 240_000);
    expect(run).toMatchObject({
      requester: { kind: 'automatic', name: 'crash_loop' },
      verdict: 'passed',
      target: { release: 1, version: 'v17' },
    });
    expect(await production.running('payments')).toBe('v17');
  });

  test('a trigger that pages suggests, and rolls nothing back', async () => {
    await declare('catalog', 'Deployment');
    await production.deploy('catalog', 'v13-latency');
    await eventually(
      async () => told('catalog'),
      (types) => types.length > 0,
      120_000,
    );
    expect(told('catalog')).toEqual(['rollback_suggested']);
    const [suggestion] = production.webhooks.of('prod/shop/catalog');
    expect(suggestion?.data).toMatchObject({ urgency: 'page', runId: null });
    expect(suggestion?.data.text).toMatch(
      /high_latency .* > 5 s for .* a rollback to .*release 1\)? is suggested/,
    );
    expect((await runs(production.lastgood)).filter((one) => one.service.endsWith('/catalog'))).toEqual([]);
    expect(await production.running('catalog')).toBe('v13-latency');
  });

  test('a rollback the cluster refuses stops, pages once, and goes on when it is resumed', async () => {
    await declare('search', 'StatefulSet');
    await production.deploy('search', 'v89-errors');
    await production.forbidWrites('search');
    const stopped = await runOf('search', 'stopped', 180_000);
    await eventually(
      async () => told('search'),
      (types) => types.includes('rollback_failed'),
      15_000,
    );
    // The plan asks the cluster in a dry run: what it refuses stops the run before anything is sent.
    expect(told('search')).toEqual(['rollback_failed']);
    const page = production.webhooks.of('prod/shop/search').at(-1);
    expect(page?.data).toMatchObject({ urgency: 'page', runId: stopped.id });
    expect(JSON.stringify(stopped)).toContain('403');
    expect(await production.running('search')).toBe('v89-errors');

    await production.allowWrites();
    const resumed = await production.ci('POST', `/api/v1/runs/${stopped.id}/resume`, {});
    expect(resumed.status, JSON.stringify(resumed.body)).toBeLessThan(300);
    expect(await runOf('search', 'done', 180_000)).toMatchObject({ id: stopped.id, verdict: 'passed' });
    expect(await production.running('search')).toBe('v88');
    await eventually(
      async () => told('search'),
      (types) => types.includes('rolled_back'),
      15_000,
    );
    expect(told('search')).toEqual(['rollback_failed', 'rolling_back', 'rolled_back']);
  });

  // Last, because the runs above took many slots in which it fired on.
  test('a suggestion is not repeated while its trigger fires on', async () => {
    const [newest] = await deployments('catalog');
    const latency = await eventually(
      async () => (await triggersOf(newest?.id)).find(({ name }) => name === 'high_latency'),
      (one) => firedSlots(one) >= 5,
      60_000,
    );
    expect(latency?.phase).toBe('firing');
    expect(told('catalog')).toEqual(['rollback_suggested']);
    expect((await runs(production.lastgood)).filter((one) => one.service.endsWith('/catalog'))).toEqual([]);
  });
});
