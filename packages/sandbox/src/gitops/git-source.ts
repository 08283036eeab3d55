import { runProgram } from '../programs/run-program.ts';
import { gitEnvironment as env } from './git-environment.ts';

/** A read of this disk; a controller that waits for one longer could not be ended in time. */
const readMs = 20_000;

/** An object of a manifest, as it is applied. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [member: string]: unknown;
}

/** A bare repository on this disk, as a Git controller reads it. */
export interface GitSource {
  /** The newest commit of a branch; throws where there is none. */
  head(branch: string): Promise<string>;
  /** Every manifest under a path of a commit. They have to be JSON, which is YAML, too. */
  manifests(commit: string, path: string): Promise<Manifest[]>;
  /** Calls off what is being read. */
  close(): void;
}

export function createGitSource(dir: string): GitSource {
  const ended = new AbortController();
  const git = (...args: string[]) =>
    runProgram({ file: 'git', args, cwd: dir, env, longestMs: readMs, signal: ended.signal });
  /** Of the newest commit that was asked for: commits do not change. */
  let kept: { key: string; manifests: Promise<Manifest[]> } | null = null;

  async function read(commit: string, path: string): Promise<Manifest[]> {
    const inside = path.replace(/^\.\//, '').replace(/\/$/, '');
    const names = (await git('ls-tree', '-r', '-z', '--name-only', commit, '--', inside || '.')).split('\0');
    const files = names.filter((name) => name.endsWith('.json')).sort();
    return Promise.all(
      files.map(async (name) => JSON.parse(await git('show', `${commit}:${name}`)) as Manifest),
    );
  }

  return {
    head: (branch) => git('rev-parse', '--verify', `refs/heads/${branch}`),
    manifests(commit, path) {
      const key = `${commit} ${path}`;
      if (kept?.key === key) return kept.manifests;
      const now = { key, manifests: read(commit, path) };
      kept = now;
      // One that failed says nothing of the next.
      now.manifests.catch(() => {
        if (kept === now) kept = null;
      });
      return now.manifests;
    },
    close: () => ended.abort(),
  };
}
