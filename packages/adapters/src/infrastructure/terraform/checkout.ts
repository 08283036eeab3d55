import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramEnd, runProgram } from './run-program.ts';
import { scrub } from './scrub.ts';

export type CheckedOut = { kind: 'done' } | { kind: 'not-found' | 'unreachable'; reason: string };

export interface Repository {
  /** A path of this machine, or a URL. */
  address: string;
  /** Where a copy of what a URL names is kept. */
  mirror: string;
  env: Record<string, string>;
  secrets: readonly string[];
}

const localMs = 60_000;
const fetchMs = 120_000;

/**
 * Writes the files of a commit into a folder. Nothing of the clone itself is changed, nor is a hook run: files and an index of
 * their own are all that is written. Submodules stay empty.
 */
export async function checkOut(
  repository: Repository,
  commit: string,
  folder: string,
  signal?: AbortSignal,
): Promise<CheckedOut> {
  if (!/^[0-9a-f]{7,64}$/.test(commit))
    return { kind: 'not-found', reason: `${commit} is not a commit: a name may lead elsewhere tomorrow` };
  const run = (args: string[], limitMs = localMs, more: Record<string, string> = {}) =>
    runProgram({
      ...{
        file: 'git',
        args,
        cwd: folder,
        limitMs,
        env: { ...repository.env, GIT_TERMINAL_PROMPT: '0', ...more },
      },
      ...(signal ? { signal } : {}),
    });
  const found = await gitDirOf(repository, { commit, folder }, run);
  if (typeof found !== 'string') return found;
  const tree = join(folder, 'tree');
  mkdirSync(tree, { mode: 0o700 });
  const index = { GIT_INDEX_FILE: join(folder, 'index') };
  const frame = [`--git-dir=${found}`, `--work-tree=${tree}`];
  const read = await run([...frame, 'read-tree', commit], localMs, index);
  if (!isWell(read)) return failed(repository, read);
  const written = await run([...frame, 'checkout-index', '--all', '--force'], localMs, index);
  return isWell(written) ? { kind: 'done' } : failed(repository, written);
}

type Run = (args: string[], limitMs?: number) => Promise<ProgramEnd>;

/** The repository's own folder, in which the commit is. */
async function gitDirOf(
  repository: Repository,
  { commit, folder }: { commit: string; folder: string },
  run: Run,
): Promise<string | CheckedOut> {
  const { address, mirror } = repository;
  const isLocal = existsSync(address);
  if (!isLocal && !existsSync(mirror)) {
    const cloned = await onceAtATime(mirror, () => cloneInto(repository, folder, run));
    if (!isWell(cloned)) return failed(repository, cloned);
  }
  const place = isLocal ? address : mirror;
  const dir = await run(['-C', place, 'rev-parse', '--absolute-git-dir']);
  if (!isWell(dir)) return failed(repository, dir);
  const gitDir = dir.out.trim();
  const has = () => run([`--git-dir=${gitDir}`, 'cat-file', '-e', `${commit}^{commit}`]);
  if (isWell(await has())) return gitDir;
  // One that others had begun may be older than the commit.
  const mostFetches = isLocal ? 0 : going.has(mirror) ? 2 : 1;
  for (let fetches = 0; fetches < mostFetches; fetches += 1) {
    const fetch = [`--git-dir=${gitDir}`, 'fetch', '--quiet', '--prune', 'origin'];
    const fetched = await onceAtATime(mirror, () => run(fetch, fetchMs));
    if (!isWell(fetched)) return failed(repository, fetched);
    if (isWell(await has())) return gitDir;
  }
  return { kind: 'not-found', reason: `commit ${commit} is not in the repository of its configuration` };
}

/** What is being done with each mirror. */
const going = new Map<string, Promise<ProgramEnd>>();

/** Whoever comes meanwhile shares it: two would be in each other's way. */
function onceAtATime(mirror: string, work: () => Promise<ProgramEnd>): Promise<ProgramEnd> {
  const begun = going.get(mirror) ?? work().finally(() => going.delete(mirror));
  going.set(mirror, begun);
  return begun;
}

/** It gets its name when it is whole; a killed one is taken away with the folder. */
async function cloneInto({ address, mirror }: Repository, folder: string, run: Run): Promise<ProgramEnd> {
  const unready = join(folder, 'clone.git');
  const cloned = await run(['clone', '--quiet', '--mirror', '--', address, unready], fetchMs);
  if (!isWell(cloned)) return cloned;
  try {
    renameSync(unready, mirror);
  } catch (error) {
    // Another machine may have been first.
    if (!existsSync(mirror))
      return { kind: 'failed', reason: error instanceof Error ? error.message : 'rename' };
  }
  return cloned;
}

function isWell(end: ProgramEnd): end is Extract<ProgramEnd, { kind: 'ended' }> {
  return end.kind === 'ended' && end.code === 0;
}

function failed({ secrets }: Repository, end: ProgramEnd): CheckedOut {
  if (end.kind === 'missing') return { kind: 'not-found', reason: end.reason };
  const why = end.kind === 'ended' ? scrub(end.err, secrets) : end.reason;
  return { kind: 'unreachable', reason: `git could not bring the configuration: ${why}` };
}
