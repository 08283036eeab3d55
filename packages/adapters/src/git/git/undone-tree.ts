import { rm } from 'node:fs/promises';
import type { Clone } from './clone.ts';
import type { ObjectReads } from './object-reads.ts';
import { Unreadable } from './unreadable.ts';

/** A change of a branch: the trees before and after it, and where it counts. */
export interface TreeChange {
  before: string;
  after: string;
  path: string | null;
}

/** The tree in which the change is undone, or the files where it cannot be told what undoing would mean. */
export type UndoneTree = { tree: string; conflicts: [] } | { tree: null; conflicts: string[] };

const mostConflicts = 50;

/**
 * Undoes the change on top of `head` by a three-way merge, as `git revert` does: base is the tree after the change, theirs the
 * tree before it. Where nothing of it is left, by whoever's hand, the tree that comes out is the one that went in: so this
 * tells, too, whether it is undone already.
 */
export async function undoneTree(
  clone: Clone,
  reads: ObjectReads,
  change: TreeChange,
  head: string,
): Promise<UndoneTree> {
  const theirs = await withPathOf(clone, reads, change.after, change.before, change.path);
  // Git 2.38 and 2.39 merge trees by their commits only, so commits are made that nothing refers to.
  const base = await bareCommit(reads, change.after, null);
  const [one, other] = [await bareCommit(reads, head, base), await bareCommit(reads, theirs, base)];
  const { code, stdout } = await reads.code([
    'merge-tree',
    '--write-tree',
    '--no-messages',
    '--name-only',
    '-z',
    one,
    other,
  ]);
  const [tree = '', ...files] = stdout.split('\0').filter((part) => part !== '');
  if (code === 0) return { tree, conflicts: [] };
  return { tree: null, conflicts: [...new Set(files)].slice(0, mostConflicts) };
}

async function bareCommit(reads: ObjectReads, tree: string, parent: string | null): Promise<string> {
  const args = ['commit-tree', ...(parent ? ['-p', parent] : []), '-m', 'a side of a merge', tree];
  return (await reads.text(args)).trim();
}

/** `tree` with what lies under the path as it is in `from`; all of `from` without a path. */
export async function withPathOf(
  clone: Clone,
  reads: ObjectReads,
  tree: string,
  from: string,
  path: string | null,
): Promise<string> {
  if (path === null) return from;
  const isInside = (entry: string) => {
    const name = entry.slice(entry.indexOf('\t') + 1);
    return name === path || name.startsWith(`${path}/`);
  };
  const outside = (await reads.parts(['ls-tree', '-r', '-z', tree])).filter((entry) => !isInside(entry));
  const inside = (await reads.parts(['ls-tree', '-r', '-z', from])).filter(isInside);
  // Putting back a folder that was not there would take the whole service away.
  if (inside.length === 0)
    throw new Unreadable(
      'not-found',
      `${path} is not there before the change: undoing it would take away all of it`,
    );
  const index = await clone.newIndex();
  const env = { GIT_INDEX_FILE: index };
  try {
    await reads.text(['update-index', '-z', '--index-info'], `${[...outside, ...inside].join('\0')}\0`, env);
    return (await reads.text(['write-tree'], undefined, env)).trim();
  } finally {
    await rm(index, { force: true });
  }
}
