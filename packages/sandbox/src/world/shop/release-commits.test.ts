import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBareRepository } from '../../gitops/bare-repository.ts';
import { findProgram } from '../../programs/find-program.ts';
import { createReleaseCommits } from './release-commits.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-commits-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(findProgram('git') === null)('the commits of releases, by the real git', () => {
  it('are the same for two presses, before and after they are on the branch, and new once others have moved it', async () => {
    const repository = await openBareRepository(join(folder, 'shop.git'));
    const { head, push } = repository;
    const first = await repository.commit({ version: 'v1' }, 'First');
    await push(first);
    let made = 0;
    const commit = (tag: string) => repository.commit({ version: tag }, `Ship ${tag}, number ${made++}`);
    const releases = createReleaseCommits({ repository, base: head, commit, push });
    const [once, twice] = await Promise.all([releases.prepare('v2'), releases.prepare('v2')]);
    expect(once.before).toBe(first);
    expect(twice).toEqual(once);
    expect(await Promise.all([releases.ship('v2'), releases.ship('v2')])).toEqual([once.after, once.after]);
    expect(await head()).toBe(once.after);
    expect(await releases.prepare('v2')).toEqual(once);
    const revert = await repository.commit({ version: 'v1' }, 'Revert');
    await push(revert);
    const again = await releases.prepare('v2');
    expect(again.before).toBe(revert);
    expect(await releases.ship('v2')).toBe(again.after);
    await expect(releases.ship('v3')).rejects.toThrow('no commit of v3 was prepared');
  });
});
