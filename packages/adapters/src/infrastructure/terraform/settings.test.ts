import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { terraformSettings } from './settings.ts';

const settings = { repository: '/srv/infra', folder: '/var/x', key: Buffer.alloc(32).toString('base64') };
const fits = (over: object) => Check(terraformSettings, { ...settings, ...over });

it('a program is named so that it cannot be one of the repository that was checked out', () => {
  expect(['terraform', 'tofu', '/opt/bin/tofu'].map((binary) => fits({ binary }))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['bin/terraform', './terraform', '../tofu'].map((binary) => fits({ binary }))).toEqual([
    ...[false, false, false],
  ]);
});

it('a repository is the same wherever it is looked at from', () => {
  const good = ['/srv/infra', 'https://git.example.com/a/b.git', 'git@host:a/b.git', 'file:///srv/x'];
  expect(good.filter((repository) => !fits({ repository }))).toEqual([]);
  expect(['infra', './infra', '../infra', 'a/b:c'].filter((repository) => fits({ repository }))).toEqual([]);
});
