import { describe, expect, test } from 'vitest';
import { useEndpoints, web } from '../endpoints-harness.ts';

const { ask, rollout } = useEndpoints();

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
