import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBareRepository } from '../../../gitops/bare-repository.ts';
import { findProgram } from '../../../programs/find-program.ts';
import { applyStack, readWorkers, sweepStack, terraformProgram } from './shop-stack.ts';
import { stackFiles } from './stack-files.ts';
import { createThumbnailProgram } from './thumbnail-program.ts';

const isMissing = findProgram('git') === null || terraformProgram() === null;
if (isMissing) process.stderr.write('skipped: the stack of the sandbox; git or terraform is not installed\n');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop stack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(isMissing)('the stack of the shop by the real terraform', () => {
  it('has as many workers as the applied commit says, and its processes make no more a second', async () => {
    const repository = await openBareRepository(join(folder, 'stack.git'));
    const place = { statePath: join(folder, 'terraform.tfstate'), folder: join(folder, 'pipeline') };
    let at = 1_000_000;
    const program = createThumbnailProgram({ statePath: place.statePath, clock: { now: () => at } });
    expect(await program.isReady()).toBe(false);
    const statuses = async (count: number) => {
      at += 1_000;
      const answers: number[] = [];
      const request = { method: 'GET', path: '/' } as const;
      for (let n = 0; n < count; n += 1) answers.push((await program.answer(request)).status);
      return answers;
    };
    for (const [workers, expected] of [
      [3, [200, 200, 200, 503]],
      [1, [200, 503, 503, 503]],
    ] as const) {
      const commit = await repository.commit(stackFiles(workers), `${workers} workers`);
      await repository.push(commit);
      await applyStack(repository, commit, place);
      expect(await readWorkers(place.statePath)).toBe(workers);
      expect(await statuses(4)).toEqual(expected);
    }
    expect(await program.isReady()).toBe(true);
    expect(await readdir(place.folder)).toEqual([]);
    await mkdir(join(place.folder, 'apply-killed'));
    await sweepStack(place.folder);
    expect(await readdir(place.folder)).toEqual([]);
  });
});
