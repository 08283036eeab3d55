import { join } from 'node:path';
import type { Git } from '@lastgood/domain/ports/git';
import type { GitWorld } from '@lastgood/testkit/contracts/git';
import { type GitHttpServer, startGitHttpServer } from '@lastgood/testkit/servers/git-http-server';
import { createRealGit, type RealGit, realGitMissing } from '@lastgood/testkit/servers/real-git';
import type { Closable } from '../../vendor.ts';
import { createGitRepository } from './git-repository.ts';
import type { GitSettings } from './settings.ts';

/** Why the real program cannot be run here; null when it can. */
export const missing = realGitMissing();
export const orWhyNot = missing === null ? '' : ` (skipped: ${missing})`;
if (missing !== null) process.stderr.write(`skipped: tests of Git; ${missing}\n`);

export const file = 'apps/web/deployment.yaml';
export const manifest = (image: string) =>
  `kind: Deployment\nspec:\n  image: shop/web:${image}\n  replicas: 3\n`;

export interface OpenWorld extends GitWorld {
  git: Closable<Git>;
  real: RealGit;
  host: GitHttpServer;
  /** The commits that deployed the good and the bad version. */
  good: string;
  bad: string;
  /** The same repository, with settings of its own. */
  open(settings?: Partial<GitSettings>): Closable<Git>;
}

let prepared: ReturnType<typeof prepare> | undefined;

async function prepare() {
  const like = await createRealGit();
  const other = 'apps/other/deployment.yaml';
  const good = await like.commit({ [file]: manifest('v1'), [other]: manifest('v7') }, 'Ship v1');
  const bad = await like.commit({ [file]: manifest('v2') }, 'Ship v2');
  return { like, good, bad };
}

/** Takes away what every world of a file was copied from. */
export const closeGitWorlds = async () => (await prepared)?.like.close();

/** The real program over HTTP, against `git http-backend` and a bare repository. */
export async function openGitWorld(settings: Partial<GitSettings> = {}): Promise<OpenWorld> {
  prepared ??= prepare();
  const { like, good, bad } = await prepared;
  const real = await createRealGit(like);
  const host = await startGitHttpServer(join(real.dir, '..'));
  const strangers: string[] = [];
  const opened: Closable<Git>[] = [];
  function open(over: Partial<GitSettings> = {}) {
    const folder = join(real.dir, '..', `ours-${opened.length}`);
    const all = { url: `${host.url}/repository.git`, folder, timeoutMs: 1_000, ...settings, ...over };
    const made = createGitRepository({ name: 'deploy', settings: all });
    opened.push(made);
    return made;
  }
  const commit = async (files: Record<string, string>, message: string) =>
    void strangers.push(await real.commit(files, message));
  return {
    git: open(),
    ...{ real, host, good, bad, open },
    step: {
      kind: 'ensure-commit-reverted',
      repository: 'deploy',
      branch: 'main',
      commit: bad,
      path: 'apps/web',
    },
    strangerCommits: () => commit({ [`notes/${strangers.length}`]: 'x' }, 'Note'),
    strangerConflicts: () => commit({ [file]: manifest('v3') }, 'Ship v3'),
    async strangerReverts() {
      await real.work(['revert', '--no-edit', bad]);
      await real.git('fetch', '-q', '../work', '+HEAD:refs/heads/main');
    },
    async strangerBringsBack() {
      await real.work(['revert', '--no-edit', 'HEAD']);
      await real.git('fetch', '-q', '../work', '+HEAD:refs/heads/main');
    },
    async strangerRewrites() {
      await real.git('update-ref', 'refs/heads/main', good);
      await real.commit({ [file]: manifest('v2') }, 'Ship v2, squashed');
    },
    behave: (fault) => host.behave(fault === 'lost-reply' ? 'loses-replies' : fault),
    async version() {
      const text = await real.read(file);
      if (text === manifest('v1')) return 'good';
      return text === manifest('v2') ? 'bad' : 'other';
    },
    reverts: async () =>
      Number(await real.git('rev-list', '--count', '--grep=^Lastgood-Operation: ', 'main')),
    async keepsStrangers() {
      const all = (await real.git('rev-list', 'main')).split('\n');
      return strangers.every((one) => all.includes(one));
    },
    async close() {
      host.behave('well');
      await Promise.all(opened.map((one) => one.close()));
      await host.close();
      await real.close();
    },
  };
}
