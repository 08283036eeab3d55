import type { Git, RevertSeen, SyncSeen } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

export interface GitStates {
  /** By `repository#branch`. */
  branches: Record<string, RevertSeen>;
  /** By name of the application. */
  applications: Record<string, SyncSeen>;
}

export function createInMemoryGit(receivers: ReceiverState, state: GitStates): Git {
  return {
    readBranch: reading(
      receivers,
      'branch',
      ({ repository, branch }) => state.branches[`${repository}#${branch}`],
    ),
    readApplication: reading(
      receivers,
      'application',
      ({ application }) => state.applications[application.name],
    ),
    ensureCommitReverted: receive(receivers, 'ensure-commit-reverted', {
      find: ({ repository, branch }) => state.branches[`${repository}#${branch}`],
      seen: (branch) => branch,
      isThere: (branch) => branch.reverted,
      fence: (branch) =>
        branch.contains && branch.conflicts.length === 0 ? null : 'the push was rejected (stale info)',
      write(branch, { commit }) {
        branch.head = `revert-of-${commit}`;
        branch.reverted = true;
      },
    }),
    waitForSync: receive(receivers, 'wait-for-sync', {
      find: ({ application }) => state.applications[application.name],
      seen: (application) => application,
      isThere: (application, _step, operation) =>
        application.askedBy === operation || application.includesRevert,
      fence: (application, { uid }) =>
        application.uid === uid && !application.suspended ? null : 'the application does not take it',
      write(application, { repository, branch }, operation) {
        application.askedBy = operation;
        receivers.working.push(() => {
          const revision = state.branches[`${repository}#${branch}`]?.head ?? application.revision;
          Object.assign(application, { revision, includesRevert: true, synced: true, healthy: true });
        });
      },
    }),
  };
}
