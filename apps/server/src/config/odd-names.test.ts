import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { join as joinKeys } from './key-path.ts';
import { loadConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'lastgood-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The paths of the faults of this configuration; a configuration that is accepted has none. */
function faultPaths(tree: unknown): string[] {
  return faultPathsOf(JSON.stringify(tree));
}

function faultPathsOf(yaml: string): string[] {
  const file = join(folder, 'lastgood.yaml');
  writeFileSync(file, yaml);
  try {
    loadConfig({ env: { LASTGOOD_CONFIG: file }, cwd: folder, pid: 1 });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ path }) => path);
    throw error;
  }
}

/** `__proto__` as an own key, as YAML gives it. */
const single = (key: string, value: unknown) => Object.fromEntries([[key, value]]);

const oddName = fc.oneof(
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)),
  fc.constantFrom('a.b', 'a.', '0', '-1', '', 'a/b', 'a~1b', 'env', 'file', 'kind', 'a\nb', '["a"]', 'then'),
  fc.string({ maxLength: 70, unit: 'grapheme' }),
);
const wrongEntry = fc.constantFrom<Record<string, unknown>>(
  { bogus: 1 },
  { kubeconfig: 5, url: 5 },
  { requestTimeoutMs: 'soon', timeoutMs: 'soon' },
  { url: { nested: 1 }, kubeconfig: { nested: 1 } },
);

test('a wrong key or value under a source or a cluster of any name is an error that names the place', () => {
  fc.assert(
    fc.property(fc.constantFrom('metrics', 'clusters'), oddName, wrongEntry, (family, name, entry) => {
      const paths = faultPaths(single(family, single(name, entry)));
      expect(paths).not.toEqual([]);
      for (const path of paths) expect(path.startsWith(joinKeys(family, name))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a key of any name that is not known is an error at every depth, whatever its value', () => {
  // Strings that are risky as keys are drawn often, `name` among them, which a token has.
  const odd = oddName.filter((name) => !['kind', 'env', 'file', 'name'].includes(name));
  const value = fc.constantFrom<unknown>(1, {}, { inner: 1 }, [], null, 'text');
  const places: [string, (inner: object) => object][] = [
    ['', (inner) => inner],
    ['server', (server) => ({ server })],
    ['evaluator', (evaluator) => ({ evaluator })],
    ['metrics.main', (rest) => ({ metrics: { main: { url: 'http://prometheus', ...rest } } })],
    ['clusters.main', (main) => ({ clusters: { main } })],
    ['probe', (probe) => ({ probe })],
    ['server.tokens.0', (rest) => ({ server: { tokens: [{ name: 'a', sha256: 'a'.repeat(64), ...rest }] } })],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...places), odd, value, ([place, around], name, inner) => {
      const paths = faultPaths(around(single(name, inner)));
      expect(paths).toContain(joinKeys(place, name));
    }),
    { numRuns: 500 },
  );
});

test('a header whose name is no name, or whose value is no text, is an error', () => {
  for (const headers of [single('__proto__', 5), single('constructor', {}), { 'a\nb': 'x' }, { 'a\nb': 5 }])
    expect(faultPaths({ metrics: { main: { url: 'http://prometheus', headers } } })).toHaveLength(1);
});

test('more wrong keys than are told one by one are still an error', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`bogus${index}`, {}]));
  expect(faultPaths({ clusters: { main: many } })).not.toEqual([]);
});

test('two places of one spelling are told apart', () => {
  const clusters = { a: { 'b.context': 1 }, 'a.b': { context: 1 } };
  expect(faultPaths({ clusters })).toEqual(['clusters.a["b.context"]', 'clusters["a.b"].context']);
});

test.each([
  'clusters: !!set { main }',
  'clusters: !!omap [main: { bogus: 1 }]',
  'metrics: { main: !!omap [bogus: 1] }',
  'server: !mine { port: 1 }',
])('%s is an error: a tag would make something else of what stands under it', (yaml) => {
  expect(faultPathsOf(yaml)).not.toEqual([]);
});

test('keys that are merged in are seen like others', () => {
  const yaml = 'clusters:\n  a: &a { kubeconfig: x }\n  b: { <<: *a, bogus: 1 }\n';
  expect(faultPathsOf(yaml)).toEqual(['clusters.b.bogus']);
});
