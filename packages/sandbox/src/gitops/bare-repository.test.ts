import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../programs/find-program.ts';
import { openBareRepository } from './bare-repository.ts';
import { createGitSource } from './git-source.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop repository-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(findProgram('git') === null)('a bare repository by the real git', () => {
  it('has nothing, then what was pushed, and keeps it', async () => {
    const dir = join(folder, 'deep', 'shop.git');
    const repository = await openBareRepository(dir);
    expect(await repository.head()).toBeNull();
    const first = await repository.commit({ 'apps/a.json': '{"kind":"A"}', 'b.txt': 'b' }, 'First');
    expect(await repository.head()).toBeNull();
    await repository.push(first);
    const second = await (await openBareRepository(dir)).commit({ 'apps/a.json': '{"kind":"B"}' }, 'Second');
    await repository.push(second);
    expect(await repository.head()).toBe(second);
    expect(await repository.read(second, 'b.txt')).toBe('b');
    expect(await repository.read(first, 'apps/a.json')).toBe('{"kind":"A"}');
    expect(await repository.read(first, 'nowhere')).toBeNull();
    expect(await createGitSource(dir).manifests(second, 'apps')).toEqual([{ kind: 'B' }]);
    expect((await readdir(dir)).filter((name) => name.startsWith('index'))).toEqual([]);
  });

  it('is named by an address that fits wherever its folder lies', async () => {
    const repository = await openBareRepository(join(folder, 'shop.git'));
    const first = await repository.commit({ a: '1' }, 'First');
    await repository.push(first);
    expect(repository.url).toMatch(/^file:\/\/\S+shop%20repository\S+$/);
    expect(execFileSync('git', ['ls-remote', repository.url, 'main']).toString()).toContain(first);
  });

  it('refuses a commit that was made before the branch moved', async () => {
    const repository = await openBareRepository(join(folder, 'shop.git'));
    await repository.push(await repository.commit({ a: '1' }, 'First'));
    const [mine, theirs] = [
      await repository.commit({ a: '2' }, 'Mine'),
      await repository.commit({ a: '3' }, 'Theirs'),
    ];
    await repository.push(theirs);
    await expect(repository.push(mine)).rejects.toThrow('git update-ref');
    expect(await repository.head()).toBe(theirs);
  });

  async function openWithOne() {
    const dir = join(folder, 'shop.git');
    const repository = await openBareRepository(dir);
    const first = await repository.commit({ 'apps/a.json': '{"kind":"A"}' }, 'First');
    await repository.push(first);
    return { dir, repository, first };
  }

  it('is read again after a read that failed', async () => {
    const { dir, first } = await openWithOne();
    const source = createGitSource(dir);
    await rename(dir, `${dir}.away`);
    await expect(source.manifests(first, 'apps')).rejects.toThrow();
    await rename(`${dir}.away`, dir);
    expect(await source.manifests(first, 'apps')).toEqual([{ kind: 'A' }]);
    source.close();
    await expect(source.head('main')).rejects.toThrow();
  });

  it('that cannot be read is not taken for an empty one', async () => {
    const { dir, repository } = await openWithOne();
    await rm(join(dir, 'HEAD'));
    await expect(repository.head()).rejects.toThrow('not a git repository');
  });

  it('has no index left of a commit that was killed', async () => {
    const { dir } = await openWithOne();
    await writeFile(join(dir, 'index-0a1b'), '');
    await openBareRepository(dir);
    expect((await readdir(dir)).filter((name) => name.startsWith('index'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is worked with, too, where it belongs to another user (needs root)',
    async () => {
      const { dir, repository, first } = await openWithOne();
      execFileSync('chown', ['-R', '1234:1234', dir]);
      expect(await repository.head()).toBe(first);
      expect(await createGitSource(dir).head('main')).toBe(first);
      const plain = () =>
        execFileSync('git', ['-C', dir, 'rev-parse', 'refs/heads/main'], {
          ...{ env: { PATH: process.env.PATH, HOME: folder }, stdio: 'pipe', encoding: 'utf8' },
        });
      expect(plain).toThrow('dubious ownership');
      await openBareRepository(dir);
      expect(plain().trim()).toBe(first);
    },
  );
});
