import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProgramError, runProgram } from '../programs/run-program.ts';
import { gitEnvironment } from './git-environment.ts';

/** Where a team of the shop keeps what it deploys: a bare repository on this disk. */
export interface BareRepository {
  dir: string;
  /** As a remote is named. */
  url: string;
  /** Newest commit of the branch; null before the first. */
  head(): Promise<string | null>;
  /** Makes a commit of these files on top of the newest, without putting it on the branch. */
  commit(files: Record<string, string>, message: string): Promise<string>;
  /** Puts a commit on the branch; throws where the branch has moved since it was made. */
  push(commit: string): Promise<void>;
  /** A file as a commit has it; null where it is not there. */
  read(commit: string, path: string): Promise<string | null>;
}

export const branch = 'main';
const ref = `refs/heads/${branch}`;

/** Opens it, or makes an empty one. Needs the program git. */
export async function openBareRepository(dir: string): Promise<BareRepository> {
  if (existsSync(join(dir, 'HEAD'))) await own(dir).then(() => sweep(dir));
  else await make(dir);
  const git = (args: string[], input?: string, more: Record<string, string> = {}) =>
    runProgram({ file: 'git', args, cwd: dir, env: { ...gitEnvironment, ...more }, input });
  const resolved = (name: string) => git(['rev-parse', '--verify', '--quiet', name]).catch(nullIfNone);
  const head = () => resolved(ref);
  return {
    ...{ dir, url: pathToFileURL(dir).href, head },
    async commit(files, message) {
      const parent = await head();
      const index = join(dir, `${indexPrefix}${randomBytes(6).toString('hex')}`);
      const own = { GIT_INDEX_FILE: index };
      try {
        if (parent) await git(['read-tree', parent], '', own);
        for (const [path, text] of Object.entries(files)) {
          const blob = await git(['hash-object', '-w', '--stdin'], text);
          await git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], '', own);
        }
        const tree = await git(['write-tree'], '', own);
        return await git(['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-m', message]);
      } finally {
        await rm(index, { force: true });
      }
    },
    async push(commit) {
      const parent = await resolved(`${commit}^`);
      await git(['update-ref', ref, commit, parent ?? '0'.repeat(40)]);
    },
    read: (commit, path) => git(['show', `${commit}:${path}`]).catch(() => null),
  };
}

/**
 * A data folder may have been another user's before. Lastgood reads this repository, too, with a Git that is told of no exception;
 * where the owner cannot be changed, it says so.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
async function own(dir: string): Promise<void> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined || (await stat(dir)).uid === uid) return;
  await chown(dir, uid, gid).catch(() => undefined);
}

const indexPrefix = 'index-';

/** What a commit that was killed has left. */
async function sweep(dir: string): Promise<void> {
  const left = (await readdir(dir)).filter((name) => name.startsWith(indexPrefix));
  await Promise.all(left.map((name) => rm(join(dir, name), { force: true })));
}

/** With `--quiet`, status 1 says that there is no such commit; every other end is an error. */
function nullIfNone(error: unknown): null {
  if (error instanceof ProgramError && error.status === 1) return null;
  throw error;
}

/** Beside its final place and renamed: half a repository would be taken for a whole one by the next start. */
async function make(dir: string): Promise<void> {
  const draft = `${dir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(dir), { recursive: true });
  const git = (args: string[]) => runProgram({ file: 'git', args, cwd: dirname(dir), env: gitEnvironment });
  await git(['init', '-q', '--bare', draft]);
  // `init -b` needs git 2.28.
  await git(['--git-dir', draft, 'symbolic-ref', 'HEAD', ref]);
  await rename(draft, dir);
}
