import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitEnvironment as env } from './git-environment.ts';

const run = promisify(execFile);

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
}

export function createGitSource(dir: string): GitSource {
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: dir, env, maxBuffer: 16_000_000 })).stdout;
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
    head: async (branch) => (await git('rev-parse', '--verify', `refs/heads/${branch}`)).trim(),
    manifests(commit, path) {
      const key = `${commit} ${path}`;
      if (kept?.key !== key) kept = { key, manifests: read(commit, path) };
      return kept.manifests;
    },
  };
}
