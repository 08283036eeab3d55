import { describe, expect, test } from 'vitest';
import { inFewWords, listed, longestText, mostListed, reversed } from './difference.ts';
import { mayHoldSecrets } from './may-hold-secrets.ts';
import { templateDifferences } from './template-differences.ts';

const template = (container: object, pod: object = {}, metadata: object = {}) => ({
  metadata,
  spec: { ...pod, containers: [{ name: 'app', image: 'web:v2', ...container }] },
});

const told = (before: object, after: object) =>
  templateDifferences(template(before), template(after)).map(
    ({ path, before: old, after: now, kind }) => `${kind} ${path}: ${old} → ${now}`,
  );

describe('two templates', () => {
  test('that say the same do not differ, whatever the order and what the cluster adds', () => {
    const one = template({
      env: [{ name: 'A', value: '1' }],
      resources: { limits: { cpu: '1', memory: '1Gi' } },
    });
    const other = template(
      { resources: { limits: { memory: '1Gi', cpu: '1' } }, env: [{ value: '1', name: 'A' }] },
      {},
      { labels: { 'pod-template-hash': '5d4f' } },
    );
    expect(templateDifferences(one, other)).toEqual([]);
  });

  test('differ in what a person looks for', () => {
    const before = {
      image: 'web:v2',
      env: [
        { name: 'LEVEL', value: 'debug' },
        { name: 'GONE', value: 'x' },
      ],
      resources: { limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 80 }, periodSeconds: 5 },
      args: ['--port', '80'],
      volumeMounts: [{ name: 'config', mountPath: '/etc/web' }],
    };
    const after = {
      image: 'web:v1',
      env: [
        { name: 'LEVEL', value: 'info' },
        { name: 'NEW', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
      ],
      resources: { limits: { memory: '512Mi' } },
      readinessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 5 },
      args: ['--port', '8080'],
      volumeMounts: [{ name: 'config', mountPath: '/etc/web', readOnly: true }],
    };
    expect(told(before, after)).toEqual([
      'changed container app: web:v2 → web:v1',
      'changed container app env LEVEL: debug → info',
      'removed container app env GONE: x → null',
      'added container app env NEW: null → from ConfigMap c, key k',
      'changed container app resources limits memory: 256Mi → 512Mi',
      'changed container app readinessProbe httpGet path: /ready → /healthz',
      'changed container app args: --port 80 → --port 8080',
      'changed container app mount /etc/web: volume config → volume config, readOnly true',
    ]);
  });

  test('do not differ in what reads the same, as a default that one of them writes out', () => {
    const volume = (more: object) =>
      template({}, { volumes: [{ name: 'config', configMap: { name: 'web-1', ...more } }] });
    expect(templateDifferences(volume({ defaultMode: 420 }), volume({}))).toEqual([]);
    const token = (value: string) => ({ args: [`--token=${value}`] });
    expect(templateDifferences(template(token('one')), template(token('two')))).toMatchObject([
      { hidden: true, kind: 'changed' },
    ]);
  });

  test('differ in volumes by what they refer to, and in containers by their images', () => {
    const before = template(
      {},
      { volumes: [{ name: 'config', configMap: { name: 'web-1', defaultMode: 420 } }] },
    );
    const after = {
      metadata: { annotations: { note: 'x' } },
      spec: {
        volumes: [{ name: 'config', configMap: { name: 'web-2', defaultMode: 420 } }],
        containers: [
          { name: 'app', image: 'web:v2' },
          { name: 'proxy', image: 'proxy:1' },
        ],
        serviceAccountName: 'web',
      },
    };
    expect(templateDifferences(before, after, 'Deployment web, ')).toMatchObject([
      {
        path: 'Deployment web, container proxy',
        before: null,
        after: 'proxy:1',
        kind: 'added',
        aspect: 'image',
      },
      { path: 'Deployment web, volume config', before: 'ConfigMap web-1', after: 'ConfigMap web-2' },
      { path: 'Deployment web, serviceAccountName', before: null, after: 'web' },
      { path: 'Deployment web, annotation note', before: null, after: 'x' },
    ]);
  });
});

describe('what may be secret', () => {
  test.each([
    ['by its name', { name: 'DB_PASSWORD', value: 'hunter2' }],
    ['by its name in one word', { name: 'stripeApiKey', value: 'abc' }],
    ['by its shape', { name: 'SETTING', value: 'ghp_0123456789abcdefghijABCDEFGHIJ' }],
    ['by a password in an address', { name: 'DATABASE', value: 'postgres://app:hunter2@db/app' }],
    ['by what a command in it says', { name: 'RUN', value: 'export DB_PASSWORD=hunter2 && run' }],
    ['by a member of its JSON', { name: 'CONFIG', value: '{"password":"hunter2"}' }],
    ['by a word of its connection', { name: 'PLACE', value: 'host=db password=hunter2' }],
    ['by its randomness', { name: 'SEED', value: '9f86d081884c7d659a2feaa0c55ad015' }],
  ])('is not told: %s', (_words, entry) => {
    const found = templateDifferences(
      template({ env: [entry] }),
      template({ env: [{ name: entry.name, value: 'another' }] }),
    );
    expect(found).toMatchObject([{ kind: 'changed', hidden: true, before: '•••', after: '•••' }]);
    expect(JSON.stringify(found)).not.toContain(entry.value);
    expect(JSON.stringify(found)).not.toContain('another');
  });

  test.each([[['mysqladmin', '--password=hunter2']], [['mysqladmin', '--password', 'hunter2']]])(
    'is not told of a probe that runs %j',
    (command) => {
      const probe = (of: string[]) => template({ livenessProbe: { exec: { command: of } } });
      expect(JSON.stringify(templateDifferences(probe(command), probe(['true'])))).not.toContain('hunter2');
    },
  );

  test('keeps the whole template from being told; a Secret that is referred to does not', () => {
    expect(mayHoldSecrets(template({ env: [{ name: 'DB_PASS', value: 'hunter2' }] }))).toBe(true);
    expect(mayHoldSecrets(template({ args: ['--token', 'abc'] }))).toBe(true);
    const valueFrom = { secretKeyRef: { name: 'db', key: 'password' } };
    expect(mayHoldSecrets(template({ env: [{ name: 'DB_PASS', valueFrom }], args: ['--port=80'] }))).toBe(
      false,
    );
  });

  test('is told by where it is kept, when it is a Secret', () => {
    const ref = (name: string) => ({
      env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } }],
    });
    expect(told(ref('db-1'), ref('db-2'))).toEqual([
      'changed container app env DB_PASSWORD: from Secret db-1, key password → from Secret db-2, key password',
    ]);
  });

  test('is left out of arguments, probes and drivers, and the rest is told', () => {
    const args = (token: string) => ({ args: ['--port=80', `--token=${token}`, '--password', token] });
    expect(told(args('one'), args('two'))).toEqual([
      'changed container app args: --port=80 --token=••• --password ••• → --port=80 --token=••• --password •••',
    ]);
    const probe = (value: string) => ({
      livenessProbe: { httpGet: { httpHeaders: [{ name: 'Authorization', value }] } },
    });
    expect(JSON.stringify(told(probe('Basic one'), probe('Basic two')))).not.toMatch(/one|two/);
    const volume = (password: string) =>
      template({}, { volumes: [{ name: 'v', csi: { volumeAttributes: { password } } }] });
    expect(JSON.stringify(templateDifferences(volume('one'), volume('two')))).not.toMatch(/one|two/);
  });

  test.each(['info', '8080', 'https://example.com/path', 'registry.example.com/shop/web:2026-05-01', 'true'])(
    'is not what everybody writes: %s',
    (value) => {
      const found = templateDifferences(
        template({ env: [{ name: 'VALUE', value }] }),
        template({ env: [{ name: 'VALUE', value: '1' }] }),
      );
      expect(found).toMatchObject([{ hidden: false, before: value }]);
    },
  );
});

describe('what a person reads of it', () => {
  const many = templateDifferences(
    template({ image: 'web:v1', env: [{ name: 'LONG', value: 'a b '.repeat(200) }] }),
    template({ env: Array.from({ length: 60 }, (_, index) => ({ name: `N${index}`, value: 'x' })) }),
  );

  test('is bounded, images first, and the rest is counted', () => {
    const found = listed(many.toReversed());
    expect(found.items).toHaveLength(mostListed);
    expect(found.more).toBe(many.length - mostListed);
    expect(found.items[0]).toMatchObject({ aspect: 'image', before: 'web:v1', after: 'web:v2' });
    const longest = Math.max(...listed(many).items.map(({ before }) => before?.length ?? 0));
    expect(longest).toBe(longestText);
  });

  test('in a few words', () => {
    expect(inFewWords(listed(many))).toBe('image v1 → v2, 61 other changes');
    expect(inFewWords(listed([]))).toBeNull();
    expect(
      inFewWords(listed(templateDifferences(template({ args: ['1'] }), template({ args: ['2'] })))),
    ).toBe('1 change');
  });

  test('is the same from the other side', () => {
    expect(many.map(reversed).map(reversed)).toEqual(many);
    expect(reversed(many[0] ?? fail())).toMatchObject({ before: 'web:v2', after: 'web:v1' });
  });
});

function fail(): never {
  throw new Error('there is none');
}
