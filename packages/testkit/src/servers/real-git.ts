import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const env = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A Stranger',
  GIT_AUTHOR_EMAIL: 'stranger@example.com',
  GIT_COMMITTER_NAME: 'A Stranger',
  GIT_COMMITTER_EMAIL: 'stranger@example.com',
};

/** Why the real program cannot be run here; null when it can. */
export function realGitMissing(): string | null {
  return spawnSync('git', ['--version'], { env }).status === 0 ? null : 'git is not installed';
}

/** A bare repository on this disk, and somebody who works in it with the real program, as a team does. */
export interface RealGit {
  /** The bare repository. */
  dir: string;
  /** Runs the program in the bare repository; its output without the last newline. */
  git(...args: string[]): Promise<string>;
  /** Commits files on top of the branch as it is now and pushes; null removes a file. Answers with the commit. */
  commit(files: Record<string, string | null>, message: string, branch?: string): Promise<string>;
  /** Runs the program in the stranger's own clone, brought up to date with the branch. */
  work(args: string[], branch?: string): Promise<string>;
  /** A file as the branch has it; null where it is not there. */
  read(path: string, branch?: string): Promise<string | null>;
  close(): Promise<void>;
}

/** @param like a copy of that one, as it is now: what many tests begin with is made once */
export async function createRealGit(like?: RealGit): Promise<RealGit> {
  const folder = await mkdtemp(join(tmpdir(), 'real-git-'));
  const [dir, clone] = [join(folder, 'repository.git'), join(folder, 'work')];
  const inDir = async (cwd: string, args: string[]) =>
    (await run('git', args, { cwd, env, maxBuffer: 10_000_000 })).stdout.replace(/\n$/, '');
  if (like) await cp(dirname(like.dir), folder, { recursive: true });
  else {
    await inDir(folder, ['init', '-q', '--bare', '-b', 'main', dir]);
    await inDir(dir, ['config', 'http.receivepack', 'true']);
    await inDir(folder, ['clone', '-q', dir, clone]);
    await inDir(clone, ['remote', 'set-url', 'origin', '../repository.git']);
  }

  async function update(branch: string): Promise<void> {
    const known = await inDir(dir, ['for-each-ref', '--format=%(refname)', `refs/heads/${branch}`]);
    if (known === '') await inDir(clone, ['checkout', '-q', '-B', branch]);
    else {
      await inDir(clone, ['fetch', '-q', 'origin', branch]);
      await inDir(clone, ['checkout', '-q', '-f', '-B', branch, 'FETCH_HEAD']);
    }
  }

  const git = (...args: string[]) => inDir(dir, args);
  return {
    dir,
    git,
    async commit(files, message, branch = 'main') {
      await update(branch);
      for (const [path, text] of Object.entries(files)) {
        if (text === null) await inDir(clone, ['rm', '-q', path]);
        else await writeInto(clone, path, text);
      }
      await inDir(clone, ['add', '-A']);
      await inDir(clone, ['commit', '-q', '--allow-empty', '-m', message]);
      await inDir(clone, ['push', '-q', 'origin', `HEAD:refs/heads/${branch}`]);
      return inDir(clone, ['rev-parse', 'HEAD']);
    },
    async work(args, branch = 'main') {
      await update(branch);
      return inDir(clone, args);
    },
    read: (path, branch = 'main') =>
      run('git', ['show', `${branch}:${path}`], { cwd: dir, env }).then(
        ({ stdout }) => stdout,
        () => null,
      ),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function writeInto(clone: string, path: string, text: string): Promise<void> {
  const file = join(clone, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
