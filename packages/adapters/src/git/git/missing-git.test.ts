import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createGitRepository } from './git-repository.ts';

/** A machine without the program. */
vi.mock(import('./git-environment.ts'), async (original) => {
  const { gitEnvironment } = await original();
  return { gitEnvironment: async (...given) => ({ ...(await gitEnvironment(...given)), PATH: '/nowhere' }) };
});

const folder = mkdtempSync(join(tmpdir(), 'missing-git-'));
const git = createGitRepository({ name: 'deploy', settings: { url: 'https://git.example/a.git', folder } });
afterAll(async () => {
  await git.close();
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const target = { repository: 'deploy', branch: 'main', commit: 'a'.repeat(40), path: 'apps/web' };
const reason = 'the program git is not installed where Lastgood runs';

it('refuses the plan, and the step in words instead of trying for ever', async () => {
  expect(await git.readBranch(target, never)).toEqual({ kind: 'not-found', reason });
  const step = { kind: 'ensure-commit-reverted' as const, ...target };
  const seen = { head: 'b'.repeat(40) } as Parameters<typeof git.ensureCommitReverted.apply>[1];
  expect(await git.ensureCommitReverted.apply(step, seen, { key: 'r1/0', epoch: 1 }, never)).toEqual({
    kind: 'refused',
    reason,
  });
});
