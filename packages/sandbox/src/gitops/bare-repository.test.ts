import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
});
