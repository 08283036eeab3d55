import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { gitopsChange, gitopsDeclaration } from './change.ts';

const application = { kind: 'Kustomization', namespace: 'flux-system', name: 'apps' };
const declared = { repository: 'deploy', branch: 'main', path: 'apps/web', application };
const good = '600d'.repeat(10);

it('a branch or a path that a program would take for something else is not accepted', () => {
  const fits = (over: object) => Check(gitopsDeclaration, { ...declared, ...over });
  for (const branch of ['main', 'release/1.2', 'team_a/x+y', 'feature#1'])
    expect(fits({ branch })).toBe(true);
  for (const branch of [
    '-f',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a@{1}',
    'x.lock',
    '/a',
    'a/',
    'a:b',
    'a\nb',
    '',
  ])
    expect(fits({ branch }), branch).toBe(false);
  for (const path of ['apps/web', 'deploy.yaml', 'a/.hidden/b']) expect(fits({ path })).toBe(true);
  for (const path of ['/etc', '../x', 'a/../b', '-rf', ':(top)x', 'a//b', 'a/', 'a/..', 'a\\b', ''])
    expect(fits({ path }), path).toBe(false);
  const commit = (text: string) => Check(gitopsChange.before, text);
  expect([commit(good), commit('HEAD'), commit('--all'), commit('abc')]).toEqual([true, false, false, false]);
});
