import type { RevertSeen, RevertTarget } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { Clone } from './clone.ts';
import { printable } from './git-words.ts';
import { namedCommits, type ObjectReads, readCommits } from './object-reads.ts';
import { renovateIn } from './renovate.ts';
import { type TreeChange, undoneTree, withPathOf } from './undone-tree.ts';
import { Unreadable } from './unreadable.ts';

/** So many files are named. */
const mostNames = 20;

export const operationTrailer = 'Lastgood-Operation';

/** A change that is part of the branch, by the full ids of its commits. */
export interface KnownChange extends TreeChange {
  commit: string;
  /** The commit before; of a root commit there is none. */
  since: string | null;
}

/** How a commit of the branch stands to the change. */
export interface UndoneState {
  /** The tree it should have; null where nobody can tell. */
  tree: string | null;
  isUndone: boolean;
  conflicts: string[];
}

/** The change that is named, if all of it is part of `head`; null where the branch was rewritten. */
export async function knownChange(
  reads: ObjectReads,
  target: RevertTarget,
  head: string,
): Promise<KnownChange | null> {
  const commit = await reads.commit(target.commit);
  if (commit === null || !(await reads.isAncestor(commit, head))) return null;
  const since = target.since === undefined ? await parentOf(reads, commit) : await reads.commit(target.since);
  if (since === null && target.since !== undefined) return null;
  if (since !== null && !(await reads.isAncestor(since, head))) return null;
  return {
    ...{ commit, since, path: target.path ?? null },
    before: since === null ? (await reads.text(['mktree'], '')).trim() : await treeOf(reads, since),
    after: await treeOf(reads, commit),
  };
}

/** Of a merge, the side it was merged into: `git revert -m 1`. */
async function parentOf(reads: ObjectReads, commit: string): Promise<string | null> {
  const { code, stdout } = await reads.code([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${commit}^1`,
  ]);
  return code === 0 ? stdout.trim() : null;
}

async function treeOf(reads: ObjectReads, commit: string): Promise<string> {
  return (await reads.text(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`])).trim();
}

/** @param head the commit that is looked at: the branch's newest, or one that a controller has applied */
export async function undoneState(
  clone: Clone,
  reads: ObjectReads,
  { change, head, restore }: { change: KnownChange; head: string; restore: boolean },
): Promise<UndoneState> {
  const own = await treeOf(reads, head);
  if (restore) {
    if (change.path === null) throw new Unreadable('not-found', 'a restore needs a path');
    const tree = await withPathOf(clone, reads, own, change.before, change.path);
    return { tree, isUndone: tree === own, conflicts: [] };
  }
  const { tree, conflicts } = await undoneTree(clone, reads, change, own);
  return { tree, isUndone: tree === own, conflicts };
}

/** @param operation whose revert is looked for; null where none can have been made */
export async function branchState(
  clone: Clone,
  reads: ObjectReads,
  { target, head, operation }: { target: RevertTarget; head: string; operation: string | null },
): Promise<RevertSeen> {
  const change = await knownChange(reads, target, head);
  if (change === null) return { head, contains: false, reverted: false, conflicts: [] };
  const { commit, since, path } = change;
  const range = since === null ? commit : `${since}..${commit}`;
  const [state, all, revertedBy, commits, movers] = await Promise.all([
    undoneState(clone, reads, { change, head, restore: target.restore === true }),
    reads.parts(['diff-tree', '-r', '-z', '--no-renames', '--name-only', change.before, change.after]),
    operation === null ? null : revertOf(reads, operation, `${commit}..${head}`),
    readCommits(reads, range, path === null ? [] : [path]),
    renovateIn(reads, head),
  ]);
  const inside = path === null ? all : all.filter((name) => name === path || name.startsWith(`${path}/`));
  const clash =
    state.conflicts.length === 0 ? [] : await conflictNames(reads, `${commit}..${head}`, state.conflicts);
  return {
    ...(target.since === undefined ? { since } : {}),
    ...{ head, contains: true, reverted: state.isUndone, conflicts: clash, revertedBy, commits, movers },
    ...{ files: inside.length, names: inside.slice(0, mostNames).map((name) => printable(name, 200)) },
    elsewhere: all.length - inside.length,
  };
}

async function conflictNames(reads: ObjectReads, range: string, files: readonly string[]): Promise<string[]> {
  const named = await namedCommits(reads, range, files);
  return named.length > 0 ? named : files.slice(0, 10).map((file) => `a commit that touches ${file}`);
}

/** The newest commit that carries the operation's key as its trailer. */
async function revertOf(reads: ObjectReads, operation: string, range: string): Promise<string | null> {
  const format = `%H %(trailers:key=${operationTrailer},valueonly,separator=%x20)`;
  const search = ['--fixed-strings', `--grep=${operationTrailer}: ${operation}`];
  const found = await reads.parts(['log', '-z', '-n', '10', ...search, `--format=${format}`, range, '--']);
  const own = found.find((line) =>
    line
      .slice(line.indexOf(' ') + 1)
      .split(' ')
      .includes(operation),
  );
  return own?.split(' ')[0] ?? null;
}
