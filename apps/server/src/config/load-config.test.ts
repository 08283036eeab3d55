import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBrakes } from '@lastgood/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultLimits } from '../lanes/lane-limits.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

const hash = 'a'.repeat(64);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lastgood-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(yaml: string | null, env: Record<string, string> = {}): Config {
  if (yaml !== null) writeFileSync(join(folder, 'lastgood.yaml'), yaml);
  return loadConfig({ env, cwd: folder, pid: 7 });
}

function faultsOf(yaml: string | null, env: Record<string, string> = {}): ConfigError {
  try {
    load(yaml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('merge keys are read', () => {
  const { clusters } = load(`database: { url: 'postgres://db/lastgood' }
clusters:
  one: &shared { inCluster: true, requestTimeoutMs: 700 }
  two:
    <<: *shared
    requestTimeoutMs: 900
`);
  expect(clusters.map(({ name, settings }) => [name, settings])).toEqual([
    ['one', { inCluster: true, requestTimeoutMs: 700 }],
    ['two', { inCluster: true, requestTimeoutMs: 900 }],
  ]);
});

test('keys that routes name are read from the environment', () => {
  const yaml = `notifiers:
  - { kind: pagerduty, name: pager, routingKey: { env: KEY }, routingKeys: { shop: { env: SHOP_KEY } } }`;
  const env = { KEY: 'a'.repeat(32), SHOP_KEY: 'b'.repeat(32) };
  const { settings } = load(yaml, env).notifiers[0] ?? {};
  expect(settings).toEqual({ routingKey: env.KEY, routingKeys: { shop: env.SHOP_KEY } });
});

test.each(['100000000000000000000', '2147483648', '-1'])(
  'a timeout of %s ms is refused, not started',
  (timeout) => {
    const { message } = faultsOf(`clusters: { one: { inCluster: true, requestTimeoutMs: ${timeout} } }`);
    expect(message).toContain('requestTimeoutMs');
  },
);

describe('without a file', () => {
  test('a newcomer gets the sandbox on loopback with an embedded database', () => {
    const config = load(null);
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 4600, portIsFixed: false });
    expect(config.database).toEqual({ kind: 'embedded' });
    expect(config.sandbox).toBe(true);
    expect(config.evaluator.intervalMs).toBe(5000);
  });

  test('DATABASE_URL alone means a real installation', () => {
    const config = load(null, { DATABASE_URL: 'postgres://me:secret@db/lastgood' });
    expect(config.sandbox).toBe(false);
    expect(config.evaluator.intervalMs).toBe(15_000);
    expect(config.database).toMatchObject({ kind: 'external', url: 'postgres://me:secret@db/lastgood' });
  });

  test('a configured file that is missing stops the start', () => {
    expect(faultsOf(null, { LASTGOOD_CONFIG: 'other.yaml' }).message).toContain(
      'other.yaml, which cannot be read',
    );
  });
});

describe('a file', () => {
  test('is read with references, units and clusters', () => {
    writeFileSync(join(folder, 'ca.pem'), 'PEM\n');
    const config = load(
      `
server: { port: 4700, tokens: [{ name: ci, sha256: ${hash} }] }
database: { url: { env: PG } }
metrics:
  main: { url: 'http://prometheus:9090', bearerToken: { env: PROM }, tlsCa: { file: ca.pem }, clusters: [prod] }
clusters: { prod: { kubeconfig: kube/config, context: prod, requestTimeoutMs: 2000 } }
evaluator: { intervalSeconds: 30, offsetSeconds: 5 }
`,
      { PG: 'postgres://db/x', PROM: 'tok' },
    );
    expect(config.server).toMatchObject({ port: 4700, portIsFixed: true });
    expect(config.metrics[0]).toEqual({
      kind: 'prometheus',
      name: 'main',
      clusters: ['prod'],
      settings: { url: 'http://prometheus:9090', bearerToken: 'tok', tlsCa: 'PEM' },
    });
    expect(config.clusters).toEqual([
      {
        kind: 'kubernetes',
        name: 'prod',
        clusters: null,
        settings: { kubeconfig: join(folder, 'kube/config'), context: 'prod', requestTimeoutMs: 2000 },
      },
    ]);
    expect(config.evaluator).toEqual({
      intervalMs: 30_000,
      standingMs: 60_000,
      offsetMs: 5000,
      outageToleranceMs: 300_000,
    });
  });

  test('has limits of its own for each lane, and those that are shipped for the rest', () => {
    const { limits } = load(
      'limits: { reading: { perSecond: 7 }, acting: { atOnce: 3 }, listening: { atOnce: 2000 } }',
    );
    expect(limits).toEqual({
      ...defaultLimits,
      reading: { ...defaultLimits.reading, perSecond: 7 },
      acting: { ...defaultLimits.acting, atOnce: 3 },
      listening: { atOnce: 2000 },
    });
    expect(faultsOf('limits: { reading: { atOnce: 0 } }').message).toContain('limits.reading.atOnce');
  });

  test('with too few connections is told what each of them is for', () => {
    const { message } = faultsOf('database: { url: "postgres://db/lastgood", maxConnections: 5 }');
    expect(message).toContain('database.maxConnections');
    expect(message).toContain('at least 6 are needed: 2 to act, 2 to read');
    expect(load('database: { url: "postgres://db/lastgood", maxConnections: 6 }').database).toMatchObject({
      maxConnections: 6,
    });
  });

  test('refuses a way of the sample world that does not exist, by the name of whatever set it', () => {
    const names = 'plain, blue-green, canary, progressive, flag, migration, gitops, infrastructure, cascade';
    expect(faultsOf(null, { LASTGOOD_SANDBOX_SHOWS: 'plain, flags,canery' }).faults).toEqual([
      {
        path: 'LASTGOOD_SANDBOX_SHOWS',
        found: '"flags", "canery"',
        expected: `names among ${names}`,
      },
    ]);
    expect(faultsOf('sandboxShows: [flags]').faults).toMatchObject([{ path: 'sandboxShows' }]);
  });

  test('without brakes gets those of the domain', () => {
    expect(load('{}').brakes).toEqual({
      maxAutomaticPerHour: defaultBrakes.maxAutomaticPerHour,
      maxServicesPerSlot: defaultBrakes.maxTrippedPerSlot,
    });
    expect(defaultBrakes).toEqual({ maxAutomaticPerHour: 5, maxTrippedPerSlot: 3 });
  });

  test('is overruled by the environment', () => {
    const config = load('server: { port: 4700 }', { LASTGOOD_PORT: '4800' });
    expect(config.server).toMatchObject({ port: 4800, portIsFixed: true });
  });
});

describe('a wrong configuration', () => {
  test('names an unknown key and the one that was meant', () => {
    const { faults } = faultsOf('server: { prot: 1 }');
    expect(faults).toEqual([
      {
        path: 'server.prot',
        found: 'a key that is not known',
        expected: expect.stringContaining('did you mean port?'),
      },
    ]);
  });

  test('names a wrong value with what is expected', () => {
    const { faults } = faultsOf('evaluator: { intervalSeconds: fast }');
    expect(faults).toEqual([
      { path: 'evaluator.intervalSeconds', found: '"fast"', expected: 'a number, at least 1, at most 3600' },
    ]);
  });

  test('is none where a flag provider of each kind is named', () => {
    const given = `{ flags: {
      unleash: { kind: unleash, url: 'https://unleash.example', token: t },
      ld: { kind: launchdarkly, token: t },
      flagd: { kind: flagd, files: { production: /etc/flagd/flags.json } },
      own: { kind: http, url: 'https://flags.example/{environment}/{flag}', token: t } } }`;
    expect(() => load(given)).not.toThrow();
    const wrong = faultsOf(
      '{ flags: { flagd: { kind: flagd, files: { production: flags.json } }, ld: { kind: launchdarkly } } }',
    );
    expect(wrong.faults.map(({ path }) => path).sort()).toEqual([
      'flags.flagd.files.production',
      'flags.ld.token',
    ]);
  });

  test('names every fault at once, also inside lists and records', () => {
    const { faults } = faultsOf(
      `{ notifiers: [{ name: a, kind: pigeon }, { name: b, kind: webhook, url: 'http://x', secret: tiny }],
         metrics: { main: {} }, colours: {} }`,
    );
    expect(faults.map((fault) => fault.path).sort()).toEqual([
      'colours',
      'metrics.main.url',
      'notifiers.0.kind',
      'notifiers.1.secret',
    ]);
  });

  test('names an entry that asks for a kind nobody has, or for none where one is needed', () => {
    const { faults } = faultsOf('{ notifiers: [{ name: a }], metrics: { main: { kind: abacus } } }');
    expect(faults.sort((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'metrics.main.kind', found: '"abacus"', expected: expect.stringContaining('"prometheus"') },
      { path: 'notifiers.0.kind', found: 'nothing', expected: expect.stringContaining('"webhook"') },
    ]);
  });

  test('names an entry whose name does not fit', () => {
    expect(faultsOf('metrics: { "the main one": { url: "http://p" } }').faults).toEqual([
      {
        path: 'metrics.the main one',
        found: 'a name that does not fit',
        expected: expect.stringContaining('a name matching ^[a-zA-Z0-9]'),
      },
    ]);
  });

  test('never shows the value of a secret', () => {
    const error = faultsOf('database: { url: { env: PG } }', { PG: 'mysql://root:hunter2@db' });
    expect(error.message).toContain('database.url: found a secret that does not fit');
    expect(error.message).not.toContain('hunter2');
  });

  test('never shows a secret that stands in the file itself', () => {
    const error = faultsOf('notifiers: [{ name: a, kind: webhook, url: "http://x", secret: tiny12 }]');
    expect(error.message).toContain('notifiers.0.secret: found a secret that does not fit');
    expect(error.message).not.toContain('tiny12');
  });

  test.each([
    'notifiers: [{ name: a, kind: pagerduty, routingKey: hunter2 }]',
    `notifiers: [{ name: a, kind: pagerduty, routingKey: ${'a'.repeat(32)}, routingKeys: { shop: hunter2 } }]`,
    'notifiers: [{ name: a, kind: opsgenie, apiKey: "hunter2 " }]',
    'notifiers: [{ name: a, kind: github, token: "hunter2 " }]',
    'notifiers: [{ name: a, kind: gitlab, token: "hunter2 " }]',
    'metrics: { main: { url: "htp://me:hunter2@prometheus" } }',
    'metrics: { main: { url: "http://p", basicAuth: hunter2 } }',
    'notifiers: [{ name: a, kind: webhook, url: "hooks/T0/hunter2", secret: whsec_aaaa }]',
    'notifiers: [{ name: a, kind: webhook, url: "http://x", secret: *hunter2 }]',
    'clusters: { a: { kubeconfig: [hunter2] } }',
    'database: { url: "postgres://me:hunter2@[db/lastgood" }',
  ])('never shows what may be one, wherever it stands: %s', (yaml) => {
    const { message } = faultsOf(yaml);
    expect(message).toContain('expected ');
    expect(message).not.toContain('hunter2');
  });

  test.each([
    ['publicUrl: "https://me:hunter2@lastgood.example.com"', 'server.publicUrl'],
    ['publicUrl: "https://:hunter2@lastgood.example.com"', 'server.publicUrl'],
    ['publicUrl: "ftp://me:hunter2@lastgood.example.com"', 'server.publicUrl'],
    ['publicUrl: "https://"', 'server.publicUrl'],
    ['allowedOrigins: ["https://me:hunter2@other.example.com"]', 'server.allowedOrigins.0'],
  ])(
    'refuses an address with a user or a password, or that is none, and does not show it: %s',
    (line, path) => {
      const { message, faults } = faultsOf(`server: { ${line} }`);
      expect(faults.map((fault) => fault.path)).toEqual([path]);
      expect(message).not.toContain('hunter2');
    },
  );

  test.each([
    ['https://x.example:8443/lastgood/', 'a path, under which Lastgood cannot be served'],
    ['https://x.example:8443//lastgood', 'a path'],
    ['https://x.example:8443/?token=hunter2', 'a query'],
    ['https://x.example:8443?', 'a query'],
    ['https://x.example:8443/a?b#c', 'a query'],
    ['https://x.example:8443/#/hunter2?', 'a fragment'],
    ['https://x.example:8443#', 'a fragment'],
  ])('refuses a public address that every link would lead nowhere from: %s', (publicUrl, why) => {
    const { message, faults } = faultsOf(`server: { publicUrl: "${publicUrl}" }`);
    expect(faults).toEqual([
      {
        path: 'server.publicUrl',
        found: expect.stringContaining(`has ${why}`),
        expected: expect.stringMatching(/^https:\/\/x\.example:8443, a host of its own/),
      },
    ]);
    expect(message).not.toContain('hunter2');
  });

  test.each(['https://x.example', 'https://x.example/', 'https://x.example//', 'http://10.0.0.1:4600'])(
    'takes the public address %s, which links go on from',
    (publicUrl) => {
      const { server } = load(`server: { publicUrl: "${publicUrl}" }`);
      expect(server.publicUrl).toBe(publicUrl.replace(/\/+$/, ''));
    },
  );

  test('a database whose address is no URL is a fault, not a wait', () => {
    const { faults } = faultsOf(null, { DATABASE_URL: 'postgres://me:hunter2@[db/lastgood' });
    expect(faults).toMatchObject([{ path: 'database.url', found: 'something that is not a URL' }]);
  });

  test('never shows the password of DATABASE_URL', () => {
    expect(faultsOf(null, { DATABASE_URL: 'mysql://root:hunter2@db' }).message).not.toContain('hunter2');
  });

  test('says which variable or file a reference misses', () => {
    const { message } = faultsOf(
      'database: { url: { env: NOPE } }\nnotifiers: [{name: a, kind: webhook, url: "http://x", secret: {file: gone}}]',
    );
    expect(message).toContain('database.url: found {env: NOPE}, which is not set');
    expect(message).toContain('notifiers.0.secret: found {file: gone}');
  });

  test('says that YAML is broken', () => {
    expect(faultsOf('server: {').message).toContain('expected valid YAML');
  });

  test('refuses a port that is no number in the environment', () => {
    expect(faultsOf(null, { LASTGOOD_PORT: 'abc' }).message).toContain(
      'LASTGOOD_PORT: found "abc"; expected a whole number',
    );
  });

  test('refuses an address others can reach without a token', () => {
    expect(faultsOf('server: { host: 0.0.0.0 }').message).toContain('others could press the button');
    expect(load(`server: { host: 0.0.0.0, tokens: [{ name: ci, sha256: ${hash} }] }`).server.host).toBe(
      '0.0.0.0',
    );
  });

  test('refuses a source for a cluster that is not configured', () => {
    expect(faultsOf(`metrics: { main: { url: 'http://p', clusters: [prod] } }`).message).toContain(
      'metrics.main.clusters: found "prod"',
    );
  });

  test('never shows a referenced kubeconfig that is none', () => {
    const error = faultsOf('clusters: { prod: { kubeconfig: { env: KUBE } } }', { KUBE: 'hunter2' });
    expect(error.message).toContain('clusters.prod.kubeconfig: found a secret that does not fit');
    expect(error.message).not.toContain('hunter2');
  });

  test('takes a referenced kubeconfig as content or as the path of one', () => {
    const yaml = 'clusters: { prod: { kubeconfig: { env: KUBE } } }';
    writeFileSync(join(folder, 'kube.yaml'), 'kind: Config');
    expect(load(yaml, { KUBE: 'kube.yaml' }).clusters[0]?.settings.kubeconfig).toBe(
      join(folder, 'kube.yaml'),
    );
    const content = 'kind: Config\nclusters: []';
    expect(load(yaml, { KUBE: content }).clusters[0]?.settings.kubeconfig).toBe(content);
  });

  test.each([
    'server: { host: { env: VALUE } }',
    'metrics: { main: { url: "http://p", clusters: [{ env: VALUE }] } }',
    `notifiers: [
      { name: { env: VALUE }, kind: webhook, url: "http://x", secret: whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa },
      { name: { env: VALUE }, kind: webhook, url: "http://x", secret: whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }]`,
  ])('never shows a referenced value that contradicts another: %s', (yaml) => {
    const { message } = faultsOf(yaml, { VALUE: 'hunter2' });
    expect(message).toContain('a referenced value');
    expect(message).not.toContain('hunter2');
  });

  test('refuses a file of more than a megabyte, and one whose aliases multiply', () => {
    expect(faultsOf(`# ${'x'.repeat(1_100_000)}`).message).toContain('1100002 characters; expected at most');
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let n = 0; n < 9; n += 1) bomb.push(`b${n}: &b${n} [${Array(9).fill(n ? `*b${n - 1}` : '*a')}]`);
    const { message } = faultsOf(bomb.join('\n'));
    expect(message).toContain('too many aliases');
    expect(message).not.toContain('nothing');
    expect(faultsOf('server: *s').message).toContain('an alias (*name) that stands for nothing;');
  });

  test.each([
    ['server: &s { host: *s }', 'server.host'],
    ['clusters: &c { a: { inCluster: true }, b: [{ c: *c }] }', 'clusters.b.0.c'],
    ['&all { server: *all }', 'server'],
  ])('refuses what holds itself, %s, and says where', (yaml, path) => {
    expect(faultsOf(yaml).message).toContain(
      `  ${path}: found an alias (*name) of an anchor that it stands in`,
    );
  });

  test('one anchor may be used in several places', () => {
    const { message } = faultsOf('a: &a { b: 1 }\nc: [*a, *a]');
    expect(message).not.toContain('alias');
  });

  test('refuses a cluster with two ways to it', () => {
    expect(faultsOf('clusters: { a: { kubeconfig: x, inCluster: true } }').message).toContain(
      'exactly one of',
    );
  });
});
