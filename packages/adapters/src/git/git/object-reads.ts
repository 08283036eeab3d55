import { commitInWords, type NamedCommit } from '@lastgood/domain/rollback/step-detail';
import type { Clone } from './clone.ts';
import { printable, reasonOfRun } from './git-words.ts';
import { Unreadable } from './unreadable.ts';

/** Reads of one clone that either answer or throw `Unreadable`. */
export interface ObjectReads {
  /** The full id of a commit; null where the clone has none of that name. */
  commit(name: string): Promise<string | null>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** Output of a command that has to succeed. */
  text(args: readonly string[], input?: string, env?: Record<string, string>): Promise<string>;
  /** The same, at NUL. */
  parts(args: readonly string[]): Promise<string[]>;
  /** A command whose exit code is an answer. */
  code(args: readonly string[]): Promise<{ code: number; stdout: string }>;
}

export function readsOf(clone: Clone, signal: AbortSignal): ObjectReads {
  async function code(args: readonly string[], input?: string, env?: Record<string, string>) {
    const run = await clone.git(args, signal, input, env);
    if (run.ended === 'exited' && run.code !== null && run.code < 128)
      return { code: run.code, stdout: run.stdout, run };
    throw new Unreadable('unreachable', reasonOfRun(run));
  }
  async function text(args: readonly string[], input?: string, env?: Record<string, string>) {
    const { code: exit, stdout, run } = await code(args, input, env);
    if (exit !== 0) throw new Unreadable('unreachable', reasonOfRun(run));
    return stdout;
  }
  return {
    text,
    code: (args) => code(args),
    parts: async (args) => (await text(args)).split('\0').filter((part) => part !== ''),
    async commit(name) {
      if (!/^[0-9a-f]{7,64}$/.test(name)) return null;
      const run = await clone.git(
        ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
        signal,
      );
      // 128 where the short name means more than one object, 1 where it means none.
      if (run.ended === 'exited') return run.code === 0 ? run.stdout.trim() : null;
      throw new Unreadable('unreachable', reasonOfRun(run));
    },
    isAncestor: async (older, newer) =>
      (await code(['merge-base', '--is-ancestor', older, newer])).code === 0,
  };
}

/** The newest commits first, at most ten. `paths`: only those that changed one of them. */
export async function readCommits(
  reads: ObjectReads,
  range: string,
  paths: readonly string[],
): Promise<NamedCommit[]> {
  // A unit separator stands in no name and no subject that is printed.
  const format = '--format=%h%x1f%an%x1f%s';
  const lines = await reads.parts(['log', '-z', '-n', '10', format, range, '--', ...paths]);
  return lines.map((line) => {
    const [id = '', author = '', ...subject] = line.split('\u001f');
    return {
      ...{ id: printable(id, 64), subject: printable(subject.join(' '), 100) },
      author: author === '' ? null : printable(author, 100),
    };
  });
}

/** "abc1234 Subject", newest first, of at most ten commits. `paths`: only those that changed one of them. */
export async function namedCommits(
  reads: ObjectReads,
  range: string,
  paths: readonly string[],
): Promise<string[]> {
  return (await readCommits(reads, range, paths)).map(commitInWords);
}
