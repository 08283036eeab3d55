import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStack } from './stack.ts';
import { openWorkplace } from './workplace.ts';

const base = mkdtempSync(join(tmpdir(), 'workplace '));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A program that tells when it is at work stands for the real one: that one downloads nothing here. */
it('two that are made ready at once share the providers, and never write to them together', async () => {
  const [clone, folder, told] = ['clone', 'kept', 'told'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' });
  git('init', '--quiet', clone);
  git('-C', clone, 'commit', '--quiet', '--allow-empty', '-m', 'first');
  const commit = git('-C', clone, 'rev-parse', 'HEAD').trim();
  const binary = join(base, 'program');
  const script = `echo begin >> '${told}'; sleep 0.2; ls -d "$TF_PLUGIN_CACHE_DIR" >> '${told}'; echo end >> '${told}'`;
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  const key = Buffer.alloc(32).toString('base64');
  const stack = openStack('shop', { binary, repository: clone, folder, key });
  const opened = await Promise.all([openWorkplace(stack, commit), openWorkplace(stack, commit)]);
  expect(opened.map(({ kind }) => kind)).toEqual(['open', 'open']);
  const one = ['begin', join(folder, 'providers'), 'end'];
  expect(readFileSync(told, 'utf8').trim().split('\n')).toEqual([...one, ...one]);
  const other = openStack('shop', {
    ...{ binary, repository: clone, folder, key },
    environment: { TF_PLUGIN_CACHE_DIR: '/x' },
  });
  expect(other.env.TF_PLUGIN_CACHE_DIR).toBe('/x');
});
