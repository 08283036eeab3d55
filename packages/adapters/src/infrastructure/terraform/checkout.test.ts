import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { realGitMissing } from '@lastgood/testkit/servers/real-git';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOut, type Repository } from './checkout.ts';

const missing = realGitMissing();

/** The real git, over a clone of this machine and over a URL. */
describe.skipIf(missing !== null)(`a commit${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const base = mkdtempSync(join(tmpdir(), 'check out '));
  const clone = join(base, 'clone');
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: base };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      encoding: 'utf8',
    });
  const commit = (text: string) => {
    writeFileSync(join(clone, 'main.tf'), text);
    git('add', '.');
    git('commit', '--quiet', '-m', text);
    return git('rev-parse', 'HEAD').trim();
  };
  const repository = (address: string): Repository => ({
    address,
    mirror: join(base, 'mirror.git'),
    env,
    secrets: [],
  });
  let count = 0;
  const into = () => {
    count += 1;
    const folder = join(base, `out ${count}`);
    mkdirSync(folder);
    return folder;
  };
  let first = '';

  beforeAll(() => {
    mkdirSync(clone);
    git('init', '--quiet');
    first = commit('first');
    commit('second');
    writeFileSync(join(clone, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\ntouch '${base}/hooked'\n`, {
      mode: 0o755,
    });
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('is written out, and nothing of the clone is touched', async () => {
    writeFileSync(join(clone, 'main.tf'), 'being edited');
    const folder = into();
    expect(await checkOut(repository(clone), first, folder)).toEqual({ kind: 'done' });
    expect(readFileSync(join(folder, 'tree', 'main.tf'), 'utf8')).toBe('first');
    expect(readFileSync(join(clone, 'main.tf'), 'utf8')).toBe('being edited');
    expect(git('status', '--porcelain')).toBe(' M main.tf\n');
    expect(existsSync(join(base, 'hooked'))).toBe(false);
  });

  it('of a URL is fetched when it is newer than the copy', async () => {
    const url = pathToFileURL(clone).href;
    expect(await checkOut(repository(url), first, into())).toEqual({ kind: 'done' });
    const third = commit('third');
    const folder = into();
    expect(await checkOut(repository(url), third, folder)).toEqual({ kind: 'done' });
    expect(readFileSync(join(folder, 'tree', 'main.tf'), 'utf8')).toBe('third');
  });

  it('of a URL is asked for by several at once, for the first time and again', async () => {
    const repo = { ...repository(pathToFileURL(clone).href), mirror: join(base, 'shared.git') };
    const all = (sha: string) => Promise.all([1, 2, 3].map(() => checkOut(repo, sha, into())));
    const done = { kind: 'done' };
    expect(await all(first)).toEqual([done, done, done]);
    expect(await all(commit('newer'))).toEqual([done, done, done]);
  });

  it('that is not there is told as such, and so is a name that may lead elsewhere', async () => {
    const gone = { kind: 'not-found', reason: expect.stringContaining('is not in the repository') };
    expect(await checkOut(repository(clone), 'deadbeefdeadbeef', into())).toEqual(gone);
    for (const name of ['main', '--help', 'HEAD~1'])
      expect(await checkOut(repository(clone), name, into())).toMatchObject({ kind: 'not-found' });
    const nowhere = { ...repository(join(base, 'nowhere')), mirror: join(base, 'other.git') };
    expect(await checkOut(nowhere, first, into())).toMatchObject({ kind: 'unreachable' });
  });
});
