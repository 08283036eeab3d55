import type { RevertSeen } from '@lastgood/domain';
import { type GitWorld, gitContract } from '../contracts/git.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';

const branch = 'deploy#main';

/** The repository in memory, which runs the contract of the real one. */
async function openWorld(): Promise<GitWorld> {
  const world = createInMemoryStepWorld();
  const seen: RevertSeen = { head: 'bad0bad', contains: true, reverted: false, conflicts: [] };
  world.state.branches[branch] = seen;
  let version: 'good' | 'bad' | 'other' = 'bad';
  return {
    git: world.ports.git,
    step: { kind: 'ensure-commit-reverted', repository: 'deploy', branch: 'main', commit: 'bad0bad' },
    async strangerCommits() {
      Object.assign(seen, { head: 'stranger' });
    },
    async strangerConflicts() {
      version = 'other';
      Object.assign(seen, { head: 'newer', conflicts: ['newer Ship v3'] });
    },
    async strangerReverts() {
      Object.assign(seen, { head: 'revert-of-bad0bad', reverted: true });
    },
    async strangerBringsBack() {
      Object.assign(seen, { head: 'again', reverted: false });
    },
    async strangerRewrites() {
      Object.assign(seen, { head: 'rewritten', contains: false, reverted: false });
    },
    behave(fault) {
      world.receivers.unreachableFor = fault === 'silent' || fault === 'garbage' ? 1 : 0;
      if (fault !== 'well') world.failNext(fault === 'lost-reply' ? fault : 'lost-request');
    },
    version: async () => (version === 'bad' && seen.reverted ? 'good' : version),
    reverts: async () => world.accepted(),
    keepsStrangers: async () => true,
    close: async () => {},
  };
}

gitContract('the Git repository in memory', openWorld);
