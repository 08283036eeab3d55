import { families, openFamily } from '@lastgood/adapters';
import { createHttpProbe } from '@lastgood/adapters/probe/http/http-probe';
import { defaultTriggerSet } from '@lastgood/domain';
import { createRunWorker } from '@lastgood/engine';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuredIn } from '../config/to-config.ts';
import { buildTestApp } from '../http/app-harness.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import type { EndpointDependencies } from './endpoint-dependencies.ts';
import { aJudging } from './standing/judging-harness.ts';

const postgres = usePostgres();
const clock = createRealClock();
const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
const ports = { rollout, workloads: rollout.workloads };
const { metrics } = openFamily(families.metrics, []).product;
const web = { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' } as const;
const never = new AbortController().signal;
const sources = createSourceBoard([{ kind: 'prometheus', name: 'main', clusters: null }]);

/** As a configuration that says nothing of checks makes it, but for the one host that the checks here ask. */
const probe = createHttpProbe({ allowedAddresses: ['public', 'web:80'] });
let store: Store;
let app: FastifyInstance;

/** A server process: its own store and application over the database of this file. */
async function startServer() {
  const opened = createStore({ databaseUrl: postgres.url, now: clock.now });
  const deps: EndpointDependencies = {
    store: opened,
    ports,
    metrics,
    probe,
    clock,
    newId: () => crypto.randomUUID(),
    configured: configuredIn({}, String),
    sources,
    sandbox: null,
    settings: {
      version: '0',
      replica: 'test',
      judging: aJudging,
      retentionDays: 30,
      clusterDeadlineMs: 1_000,
    },
  };
  const built = await buildTestApp(
    {},
    {
      answer: (endpoint, request) => endpoint.handle(deps, request),
      idempotencyKeys: opened.idempotency,
      newId: () => crypto.randomUUID(),
      isDatabaseDown: isStoreUnavailable,
    },
  );
  return { opened, app: built.app };
}

beforeAll(async () => {
  ({ opened: store, app } = await startServer());
  await store.triggerSets.apply(defaultTriggerSet);
});
afterAll(async () => {
  await app.close();
  await store.close();
});

function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  key?: string,
) {
  const options: InjectOptions = {
    method,
    url: `/api/v1${path}`,
    headers: {
      host: 'localhost',
      ...(payload || method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    ...(payload ? { payload } : {}),
  };
  return app.inject(options);
}

/** Carries due runs until none is left. */
async function work(): Promise<void> {
  const worker = createRunWorker({
    runs: store.runs,
    deployments: store.deployments,
    ports,
    metrics,
    probe: createInMemoryHttpProbe(),
    clock,
    replica: 'worker',
    leaseMs: 5_000,
  });
  const endsAt = Date.now() + 20_000;
  for (;;) {
    await worker.work(never);
    const { items } = (await ask('GET', '/runs')).json();
    if (items.every((run: { status: string }) => !['queued', 'running'].includes(run.status))) return;
    if (Date.now() > endsAt) throw new Error(`runs do not end: ${JSON.stringify(items)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('what could be declared', () => {
  const queue = { ...web, name: 'queue' };
  test('is what runs in the cluster, with the service that it is declared for', async () => {
    rollout.cluster.create(queue, { app: 'registry/queue:v1' });
    const found = (await ask('GET', '/clusters/main/workloads?search=queue')).json();
    expect(found).toMatchObject({ cluster: 'main', left: 0, problem: null });
    expect(found.workloads).toMatchObject([
      {
        ...{ namespace: 'shop', kind: 'Deployment', name: 'queue', service: null, owner: null },
        containers: [{ name: 'app', image: 'registry/queue:v1' }],
      },
    ]);
    expect((await ask('GET', '/clusters/nowhere/workloads')).statusCode).toBe(404);
  });

  test('is tried without being saved, each query with what it answers or why not', async () => {
    const input = { workloads: [{ kind: 'Deployment', name: 'queue' }] };
    const trial = (await ask('POST', '/services/main/shop/queue/trial', input)).json();
    expect(trial).toMatchObject({ service: 'main/shop/queue', series: [] });
    expect(trial.queries.map(({ trigger }: { trigger: string }) => trigger)).toContain('high_error_rate');
    for (const { result, advice } of trial.queries)
      expect([result, advice !== null]).toEqual(['could_not_ask', true]);
    expect((await ask('GET', '/services/main/shop/queue')).statusCode).toBe(404);
    const wrong = await ask('POST', '/services/main/shop/queue/trial', { triggerSets: ['none'] });
    expect(wrong.statusCode).toBe(422);
    rollout.cluster.remove(queue);
  });
});

describe('declaring a service', () => {
  test('names every wrong member', async () => {
    const answer = await ask('PUT', '/services/main/shop/web', {
      triggerSets: ['default', 'nope'],
      triggers: [
        {
          name: 'broken',
          query: 'sum(rate(x{service="$SERVIC"}[2m]))',
          threshold: 1,
          comparison: 'greater_than',
          forDuration: 0,
          severity: 'log_only',
        },
      ],
      checks: [
        { name: 'a', type: 'http', url: 'ftp://web/ready' },
        { name: 'a', type: 'prometheus', query: 'up{', comparator: '>=', expected: 1, tolerance: 0.1 },
        { name: 'b', type: 'kubernetes', workload: { kind: 'StatefulSet', name: 'web' } },
      ],
      dependencies: ['shop/web', 'main/shop/web'],
    });
    expect(answer.statusCode).toBe(422);
    const paths = answer.json().errors.map((error: { path: string }) => error.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/triggerSets/1',
        '/triggers/0/query',
        '/checks/0/url',
        '/checks/1/query',
        '/checks/1/tolerance',
        '/checks/1/name',
        '/checks/2/workload',
        '/dependencies/0',
        '/dependencies/1',
      ]),
    );
  });

  test.each([
    [
      { type: 'http', query: 'up' },
      { '/url': 'is required', '/query': /^is not a known member; known are .*url/ },
    ],
    [{ type: 'http', url: 1 }, { '/url': 'must be string' }],
    [
      { type: 'prometheus', query: 'up', comparator: '<' },
      {
        '/comparator': 'must be one of <=, >=, ==, within',
        '/expected': 'is required',
      },
    ],
    [
      { type: 'kubernetes', workload: { kind: 'Job', name: 'web' } },
      {
        '/workload/kind': 'must be one of Deployment, StatefulSet, DaemonSet, Rollout',
      },
    ],
    [{ type: 'ping' }, { '/type': /^must be one of .*kubernetes/ }],
    [{}, { '/type': 'is required' }],
  ])('says what is wrong inside the check %j, and nothing else', async (check, faults) => {
    const answer = await ask('PUT', '/services/main/shop/web', { checks: [{ name: 'a', ...check }] });
    expect(answer.statusCode).toBe(422);
    const { errors } = answer.json() as { errors: { path: string; message: string }[] };
    const told = Object.fromEntries(errors.map(({ path, message }) => [path, message]));
    const expected = Object.entries(faults).map(([path, message]) => [
      `/checks/0${path}`,
      message instanceof RegExp ? expect.stringMatching(message) : message,
    ]);
    expect(told).toEqual(Object.fromEntries(expected));
    expect(errors).toHaveLength(expected.length);
  });

  test.each([
    'http://127.0.0.1:5432/',
    'http://2130706433/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://10.0.0.1/',
    'http://payments.shop.svc.cluster.local/health',
    'http://web:81/ready',
  ])(
    'refuses a check of %s, which the configuration does not permit, and says what to change',
    async (url) => {
      const declared = { checks: [{ name: 'a', type: 'http', url }] };
      const answer = await ask('PUT', '/services/main/shop/forged', declared);
      expect(answer.statusCode).toBe(422);
      expect(answer.json().errors).toEqual([
        {
          path: '/checks/0/url',
          message: expect.stringMatching(
            /is not among the hosts .* have probe\.allowedAddresses in the configuration/,
          ),
        },
      ]);
    },
  );

  test('shows what its checks ask and expect, with their defaults', async () => {
    const checks = [
      { name: 'ready', type: 'http', url: 'http://web/ready' },
      { name: 'errors', type: 'prometheus', query: 'errors', comparator: '<=', expected: 0.01, every: 2 },
      { name: 'stands', type: 'kubernetes' },
    ];
    const { declaration, checks: shown } = (
      await ask('PUT', '/services/main/shop/checked', { checks })
    ).json();
    expect(declaration.checks).toEqual([
      { ...checks[0], expectedStatus: 200, passes: 3, timeout: 300, every: 5 },
      { ...checks[1], passes: 3, timeout: 300, every: 2 },
      { ...checks[2], workload: { kind: 'Deployment', name: 'checked' }, passes: 3, timeout: 300, every: 5 },
    ]);
    expect(shown).toMatchObject([
      { asks: 'GET http://web/ready', expected: 'status 200', passes: 3, timeout: 300, every: 5 },
      { asks: 'errors', expected: '<= 0.01', every: 2 },
      { asks: 'Deployment checked', expected: 'every replica available, running the recorded image' },
    ]);
  });

  const alertRule = {
    name: 'errors',
    query: 'sum(rate(errors{service="$SERVICE"}[2m])) > 0.05',
    ...{ threshold: 0, comparison: 'greater_than', forDuration: 60, severity: 'auto_rollback' },
  };

  test('an alert rule is refused until its silence is decided, in a service and in a set', async () => {
    for (const path of ['/services/main/shop/alerts', '/trigger-sets/alerts']) {
      const refused = await ask('PUT', path, { triggers: [alertRule] });
      expect(refused.statusCode).toBe(422);
      expect(refused.json().errors).toEqual([
        {
          path: '/triggers/0/query',
          message: expect.stringMatching(/line 1, column 43.*with threshold 0\.05.*onNoData: healthy/),
        },
      ]);
      const taken = await ask('PUT', path, { triggers: [{ ...alertRule, onNoData: 'healthy' }] });
      expect(taken.statusCode).toBe(200);
      expect(taken.json().warnings.join()).toContain('no release that errors watches can become verified');
    }
  });

  test('warns when no automatic trigger watches, by the service or by its set', async () => {
    const warning = 'No automatic trigger watches main/shop/bare: nothing will be rolled back by itself';
    expect((await ask('PUT', '/trigger-sets/bare', { triggers: [] })).json().warnings.join()).toContain(
      'No trigger of the set bare is automatic',
    );
    const service = await ask('PUT', '/services/main/shop/bare', { triggerSets: ['bare'] });
    expect(service.json().warnings.join()).toContain(warning);
    const set = await ask('PUT', '/trigger-sets/bare', { triggers: [] });
    expect(set.json().warnings.join()).toContain(warning);
  });

  test('refuses a cluster that is not configured', async () => {
    const answer = await ask('PUT', '/services/moon/shop/web', {});
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toContain('It has main.');
  });

  test('records what serves as presumed good, and warns when it cannot and of rights that are missing', async () => {
    rollout.failNext('read', { kind: 'unreachable', reason: 'connection refused' });
    const blind = await ask('PUT', '/services/main/shop/web', {});
    expect(blind.statusCode).toBe(200);
    expect(blind.json().warnings.join()).toContain('connection refused');
    expect(blind.json().summary.standing).toMatchObject({ state: 'starting', meaning: 'unknown' });

    rollout.cluster.create(web, { app: 'registry/web:v1' });
    const seen = await ask('PUT', '/services/main/shop/web', {});
    expect(seen.json().summary.lastKnownGood).toMatchObject({ release: 1, proof: 'presumed_good' });
    expect(seen.json().declaration).toMatchObject({
      workloads: [{ kind: 'Deployment', name: 'web' }],
      triggerSets: ['default'],
      policy: { watchWindow: 1800, cooldown: 300 },
    });
    const { missingRights } = rollout;
    const patch = { may: 'patch deployments in namespace shop', rule: '{ verbs: ["patch"] }' };
    rollout.missingRights = async () => ({
      kind: 'known',
      missing: [{ ...patch, purpose: 'rolling-back' }],
    });
    const poor = await ask('PUT', '/services/main/shop/web', {});
    expect(poor.json().warnings).toContain(
      'Lastgood may not patch deployments in namespace shop: it cannot roll back. Add to its role: { verbs: ["patch"] }',
    );
    rollout.missingRights = missingRights;
    const again = await ask('PUT', '/services/main/shop/web', seen.json().declaration);
    expect(again.json().declaration).toEqual(seen.json().declaration);
  });

  test('keeps who owns it and its labels, and refuses what nobody could look for', async () => {
    const declared = { team: 'checkout crew', labels: { tier: 'edge', 'example.com/cost': '' } };
    const answer = await ask('PUT', '/services/main/shop/owned', declared);
    expect(answer.json()).toMatchObject({ summary: declared, declaration: declared });
    const nobody = await ask('PUT', '/services/main/shop/owned', {});
    expect(nobody.json().summary).toMatchObject({ team: null, labels: {} });
    for (const wrong of [
      { team: ' ' },
      { team: 'a\nb' },
      { labels: { tier: ' edge' } },
      { labels: { '': 'x' } },
    ])
      expect((await ask('PUT', '/services/main/shop/owned', wrong)).statusCode).toBe(422);
    await ask('DELETE', '/services/main/shop/owned');
  });
});

describe('a bad deployment as the very first act', () => {
  let bad: string;

  test('is registered once, however often it is sent, also after a restart', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    const first = await ask('POST', '/deployments', input, 'build-7');
    expect(first.statusCode).toBe(201);
    const second = await ask('POST', '/deployments', input, 'build-7');
    expect(second.body).toBe(first.body);
    bad = first.json().id;
    expect(first.json()).toMatchObject({ release: 2, status: 'in_progress', watched: true });

    await app.close();
    await store.close();
    ({ opened: store, app } = await startServer());
    const third = await ask('POST', '/deployments', input, 'build-7');
    expect(third.statusCode).toBe(201);
    expect(third.body).toBe(first.body);
    expect((await ask('POST', '/deployments', { ...input, version: 'v3' }, 'build-7')).statusCode).toBe(422);
    expect((await ask('GET', '/deployments?service=main/shop/web')).json().items).toHaveLength(2);
  });

  test('is completed by its pipeline and seen on the screens', async () => {
    rollout.cluster.deploy(web, { app: 'registry/web:v2' });
    const answer = await ask('PATCH', `/deployments/${bad}`, { status: 'completed' });
    expect(answer.json()).toMatchObject({ status: 'completed', watched: true });
    const late = await ask('PATCH', `/deployments/${bad}`, { status: 'failed' });
    expect(late.statusCode).toBe(409);

    const now = (await ask('GET', '/now')).json();
    expect(now.watched).toMatchObject([{ deploymentId: bad, standing: { state: 'starting' }, release: 2 }]);
    const view = (await ask('GET', `/deployments/${bad}`)).json();
    expect(view).toMatchObject({ targetProblem: null, target: { release: 1, proof: 'presumed_good' } });
    expect(view.triggers.map((trigger: { name: string }) => trigger.name)).toContain('high_error_rate');
    const readings = (await ask('GET', `/deployments/${bad}/readings`)).json();
    expect(readings.series[0]).toMatchObject({ points: [] });
    const proof = (await ask('GET', `/deployments/${bad}/proof`)).json();
    expect(proof).toMatchObject({ proof: 'pending', decidedAt: null, checks: [], runId: null });
    expect(proof.triggers.find(({ name }: { name: string }) => name === 'high_error_rate')).toMatchObject({
      decides: true,
      worst: null,
    });
  });

  test('lists what it can be taken back to, and compares any two releases', async () => {
    const listed = (await ask('GET', `/deployments/${bad}/targets`)).json();
    expect(listed).toMatchObject({ deployment: { deploymentId: bad, release: 2 }, more: 0, trouble: null });
    expect(listed.targets).toMatchObject([
      {
        release: { release: 1, version: 'v1' },
        ...{ chosen: true, good: true, label: 'presumed good', allowed: true, whyNot: null },
        differs: 'image v2 → v1',
        image: { state: 'seen', sentence: expect.stringContaining('not known') },
      },
    ]);
    const good = listed.targets[0].release.deploymentId;
    const image = { aspect: 'image', path: 'container app', kind: 'changed', hidden: false };
    const change = { ...image, before: 'registry/web:v2', after: 'registry/web:v1' };
    const back = (await ask('GET', `/deployments/${bad}/compare/${good}`)).json();
    expect(back).toMatchObject({
      ...{ from: { release: 2 }, to: { release: 1 } },
      changes: { items: [change], more: 0, unknown: [], sentence: 'image v2 → v1' },
      commits: { from: { commit: null, url: null }, compareUrl: null },
    });
    const forth = (await ask('GET', `/deployments/${good}/compare/${bad}`)).json();
    expect(forth.changes.items).toEqual([{ ...change, before: change.after, after: change.before }]);
    const { plan } = (await ask('GET', `/deployments/${bad}/plan`)).json();
    expect(plan).toMatchObject({ changes: back.changes, commits: back.commits, expected: { from: 'prior' } });
    for (const path of ['x/targets', `${bad}/compare/x`, `x/compare/${bad}`])
      expect((await ask('GET', `/deployments/${path}`)).statusCode).toBe(404);
  });

  test('bears the links of its service and triggers, filled in, and where its commit is shown', async () => {
    const { declaration } = (await ask('GET', '/services/main/shop/web')).json();
    const trigger = {
      ...{ name: 'own', query: 'up', threshold: 1, comparison: 'less_than', forDuration: 60 },
      ...{ severity: 'log_only', links: [{ title: 'logs', url: 'https://logs.example.com/?q=$TRIGGER' }] },
    };
    const linked = {
      links: [{ title: 'runbook', url: 'https://wiki.example.com/$NAMESPACE/$SERVICE?v=$VERSION' }],
      commitUrl: 'https://git.example.com/commit/{commit}',
      triggers: [trigger],
    };
    const put = await ask('PUT', '/services/main/shop/web', { ...declaration, ...linked });
    expect(put.statusCode).toBe(200);
    const runbook = { title: 'runbook', url: 'https://wiki.example.com/shop/web?v=v2' };
    const logs = { title: 'logs', url: 'https://logs.example.com/?q=own' };
    const view = (await ask('GET', `/deployments/${bad}`)).json();
    expect(view).toMatchObject({ links: [runbook], commitUrl: null });
    expect(view.triggers.find(({ name }: { name: string }) => name === 'own').links).toEqual([logs]);
    expect((await ask('GET', '/now')).json().watched[0].links).toContainEqual(runbook);
    expect((await ask('GET', '/services/main/shop/web')).json().links).toEqual([runbook]);
    const wrong = {
      links: [{ title: 'x', url: 'javascript:alert(1)' }],
      commitUrl: 'https://git.example.com/',
      triggers: [{ ...trigger, links: [{ title: 'x', url: 'https://$VERSION.example.com' }] }],
    };
    const refused = await ask('PUT', '/services/main/shop/web', { ...declaration, ...wrong });
    expect(
      refused
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual([...['/commitUrl', '/links/0/url', '/triggers/0/links/0/url']]);
    await ask('PUT', '/services/main/shop/web', declaration);
  });

  test('shows what the button would do, and does it', async () => {
    const preview = (await ask('GET', `/deployments/${bad}/plan`)).json();
    expect(preview.refusals).toEqual([]);
    expect(preview.plan).toMatchObject({ from: { release: 2 }, target: { release: 1 } });

    const pressed = await ask('POST', `/deployments/${bad}/rollback`, { startsInSeconds: 30 }, 'click-1');
    expect(pressed.statusCode).toBe(202);
    const runId = pressed.json().id;
    expect((await ask('GET', `/runs/${runId}`)).json().actions).toMatchObject({
      undo: { allowed: true },
      resume: { allowed: false, whyNot: expect.stringContaining('not begun') },
      stop: { allowed: true, leavesBehind: expect.stringContaining('Nothing was changed') },
    });
    const joined = await ask('POST', `/deployments/${bad}/rollback`, {});
    expect(joined.json().id).toBe(runId);
    const other = await ask('POST', `/deployments/${bad}/rollback`, { target: bad });
    expect(other.statusCode).toBe(409);
    expect((await ask('POST', `/runs/${runId}/resume`)).statusCode).toBe(409);
    sources.report('metrics', 'main', { up: false, reason: 'timed out' }, clock.now());
    for (const screen of [`/runs/${runId}`, '/services/main/shop/web', `/deployments/${bad}`]) {
      const { trouble } = (await ask('GET', screen)).json();
      expect(trouble).toEqual(['Prometheus main does not answer: timed out']);
    }
    expect((await ask('POST', `/runs/${runId}/undo`)).json().status).toBe('cancelled');
    expect((await ask('GET', `/runs/${runId}`)).json().trouble).toEqual([]);
    sources.report('metrics', 'main', { up: true }, clock.now());

    const again = await ask('POST', `/deployments/${bad}/rollback`, { reason: 'errors' });
    await work();
    const record = (await ask('GET', `/runs/${again.json().id}`)).json();
    expect(record.run).toMatchObject({ status: 'done', verdict: 'passed', reason: 'errors' });
    expect(record.steps.every((step: { status: string }) => step.status === 'applied')).toBe(true);
    expect(record.timeline.length).toBeGreaterThan(3);
    const edited = await ask('PATCH', `/runs/${again.json().id}`, { reason: 'Errors after v2.' });
    expect(edited.json().reason).toBe('Errors after v2.');
    const { timeline } = (await ask('GET', `/runs/${again.json().id}`)).json();
    expect(timeline.at(-1)).toMatchObject({
      type: 'rollback.reason-edited',
      text: 'dashboard wrote the reason of the rollback anew',
    });
    expect((await ask('POST', `/runs/${again.json().id}/sign`)).statusCode).toBe(409);
    expect((await ask('GET', `/runs/${again.json().id}`)).json().run.requester.name).toBe('dashboard');
  });

  test('is held until a person releases it', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    const refused = await ask('POST', '/deployments', input, 'build-8');
    expect(refused.statusCode).toBe(409);
    expect(refused.json().type).toBe('urn:lastgood:problem:held');
    const { holdId } = refused.json();
    expect((await ask('GET', '/services/main/shop/web')).json().holds).toMatchObject([{ id: holdId }]);
    const released = (await ask('POST', `/holds/${holdId}/release`)).json();
    expect(released).toMatchObject({ releasedBy: 'dashboard', release: 2, version: 'v2' });
    const undone = (await ask('POST', `/holds/${holdId}/undo-release`)).json();
    expect(undone).toMatchObject({ releasedAt: null, releasedBy: null, undoReleaseUntil: null });
    const again = (await ask('POST', `/holds/${holdId}/release`)).json();
    expect(Date.parse(again.undoReleaseUntil) - Date.parse(again.releasedAt)).toBe(10_000);
    expect((await ask('POST', '/deployments', input, 'build-8')).statusCode).toBe(201);
  });

  test('is cancelled when it is stopped before its first change', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    rollout.cluster.deploy(web, { app: 'registry/web:v3' });
    const bad = (await ask('POST', '/deployments', { ...input, version: 'v3', images: {} })).json();
    const run = (await ask('POST', `/deployments/${bad.id}/rollback`, {})).json();
    const path = `/runs/${run.id}`;
    expect((await ask('POST', `${path}/skip`, { ordinal: 0, reason: ' ' })).statusCode).toBe(422);
    expect((await ask('POST', `${path}/skip`, { ordinal: 0, reason: 'no need' })).statusCode).toBe(409);
    expect((await ask('POST', `${path}/stop`, { reason: 'wrong service' })).json().stopAsked).toMatchObject({
      by: 'dashboard',
      reason: 'wrong service',
    });
    expect((await ask('POST', `${path}/stop`, {})).statusCode).toBe(200);
    await work();
    const record = (await ask('GET', path)).json();
    expect(record.run).toMatchObject({
      status: 'cancelled',
      sentence: 'cancelled: dashboard stopped it: wrong service. Nothing was changed.',
    });
    expect(record.actions.resume).toMatchObject({ allowed: false, whyNot: expect.stringContaining('again') });
    const types = record.timeline.map((event: { type: string }) => event.type);
    expect(types).toEqual(expect.arrayContaining(['rollback.stop-asked', 'rollback.cancelled']));
    expect((await ask('POST', `${path}/retry`)).statusCode).toBe(409);
    expect((await ask('POST', '/runs/nobody/retry')).statusCode).toBe(404);
  });
});

test('a thousand requests at once over ten keys make ten deployments', async () => {
  const before = (await ask('GET', '/deployments?limit=200')).json().items.length;
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      ask(
        'POST',
        '/deployments',
        { service: 'main/shop/web', version: `k${index % 10}` },
        `many-${index % 10}`,
      ),
    ),
  );
  const made = new Set(answers.filter(({ statusCode }) => statusCode === 201).map((one) => one.json().id));
  expect(answers.filter(({ statusCode }) => statusCode !== 201 && statusCode !== 409)).toEqual([]);
  expect(made.size).toBe(10);
  const after = (await ask('GET', '/deployments?limit=200')).json().items.length;
  expect(after - before).toBe(10);
}, 60_000);

describe('lists', () => {
  test('are paged by cursor without a gap or a repetition', async () => {
    const all = (await ask('GET', '/events?limit=200')).json().items;
    const ids: number[] = [];
    let cursor = '';
    do {
      const page = (await ask('GET', `/events?limit=3${cursor ? `&cursor=${cursor}` : ''}`)).json();
      ids.push(...page.items.map((event: { id: number }) => event.id));
      cursor = page.next;
    } while (cursor);
    expect(ids).toEqual(all.map((event: { id: number }) => event.id));
    expect((await ask('GET', '/events?cursor=garbage')).statusCode).toBe(400);
    const releases: number[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: { items: { release: number }[]; next: string | null } = (
        await ask('GET', `/deployments?limit=1${next ? `&cursor=${next}` : ''}`)
      ).json();
      releases.push(...page.items.map((item) => item.release));
      next = page.next;
    }
    const whole: { items: { release: number }[] } = (await ask('GET', '/deployments?limit=200')).json();
    expect(releases).toEqual(whole.items.map((item) => item.release));
  });

  test('answer 404 for what is not there, saying where to look', async () => {
    for (const path of ['/runs/x', '/deployments/x', '/services/a/b/c', '/trigger-sets/x', '/sandbox']) {
      const answer = await ask('GET', path);
      expect(answer.statusCode, path).toBe(404);
      expect(answer.json().detail.length, path).toBeGreaterThan(10);
    }
    expect((await ask('POST', '/holds/x/release')).statusCode).toBe(404);
    expect((await ask('POST', '/holds/x/undo-release')).statusCode).toBe(404);
  });
});

describe('a service nobody needs any more', () => {
  const path = '/services/main/shop/old';
  const declared = { workloads: [{ kind: 'Deployment', name: 'old' }] };

  test('is deleted in words, its deployments stay readable, and declaring it again brings it back', async () => {
    rollout.cluster.create({ ...web, name: 'old' }, { app: 'r.example/old:v1' });
    expect((await ask('PUT', path, declared)).statusCode).toBe(200);
    const { current } = (await ask('GET', path)).json().summary;
    expect(current).toMatchObject({ release: 1 });
    const deleted = await ask('DELETE', path);
    expect(deleted.statusCode).toBe(200);
    expect(deleted.json().sentence).toMatch(/^main\/shop\/old is deleted: .* history stays/);
    expect((await ask('GET', path)).statusCode).toBe(404);
    expect((await ask('DELETE', path)).json().detail).toMatch(/no service main\/shop\/old/);
    expect((await ask('GET', `/deployments/${current.deploymentId}`)).statusCode).toBe(200);
    const register = { service: 'main/shop/old', version: 'v2' };
    expect((await ask('POST', '/deployments', register)).json().detail).toMatch(/main\/shop\/old/);
    expect((await ask('PUT', path, declared)).json().summary.current).toMatchObject({ release: 1 });
  });

  test('says of one whose workloads are gone that they are, since when', async () => {
    const since = Date.UTC(2026, 10, 28, 12, 30);
    const reasons = ['Deployment old: Deployment shop/old does not exist in cluster main'];
    sources.reportServices(new Map([['main/shop/old', { kind: 'gone', reasons, since }]]));
    const { summary, trouble } = (await ask('GET', path)).json();
    expect(summary.standing).toMatchObject({
      state: 'gone',
      sentence: expect.stringMatching(/^none of its workloads is in its cluster since .*12:30:00 UTC$/),
    });
    expect(trouble).toEqual(reasons);
    const now = (await ask('GET', '/now')).json();
    sources.reportServices(new Map());
    const counted = now.fleet.counts.map(({ state, count }: { state: string; count: number }) => [
      state,
      count,
    ]);
    expect(counted).toContainEqual(['gone', 1]);
    expect(Object.values<number>(Object.fromEntries(counted)).reduce((a, b) => a + b)).toBe(now.services);
  });
});
