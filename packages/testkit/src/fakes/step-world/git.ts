import type { ApplicationSeen, Applications, Git, RevertSeen, RevertTarget } from '@lastgood/domain';
import { type ReceiverState, reading, receive, unreachableNow } from './receivers.ts';

export interface GitStates {
  /** By `repository#branch`. */
  branches: Record<string, RevertSeen>;
  /** By name of the application. */
  applications: Record<string, ApplicationSeen>;
}

export function createInMemoryGit(receivers: ReceiverState, state: GitStates): Git {
  return {
    whyUnknown: (repository) =>
      Object.keys(state.branches).some((key) => key.startsWith(`${repository}#`))
        ? null
        : `no Git repository named ${repository} is configured; known are none`,
    readBranch: reading(
      receivers,
      'branch',
      ({ repository, branch }) => state.branches[`${repository}#${branch}`],
    ),
    /** A commit that has the change undone is named so. */
    async isUndoneIn({ commit }, revision) {
      const seen = revision === `revert-of-${commit}`;
      return unreachableNow(receivers) ?? { kind: 'seen', seen };
    },
    ensureCommitReverted: leased(
      ({ repository, branch }) => state.branches[`${repository}#${branch}`],
      receive(receivers, 'ensure-commit-reverted', {
        find: ({ repository, branch }) => state.branches[`${repository}#${branch}`],
        seen: (branch) => branch,
        isThere: (branch) => branch.reverted,
        fence: (branch, { restore }) =>
          branch.contains && (restore || branch.conflicts.length === 0)
            ? null
            : 'the push was rejected (stale info)',
        write(branch, { commit }, operation) {
          branch.head = `revert-of-${commit}`;
          branch.reverted = true;
          branch.revertedBy = operation;
        },
      }),
    ),
  };
}

type Revert = Git['ensureCommitReverted'];

/** As `--force-with-lease` does: a branch that has moved since it was seen is looked at anew. */
function leased(find: (at: RevertTarget) => RevertSeen | undefined, { observe, apply }: Revert): Revert {
  return {
    observe,
    async apply(step, seen, operation, signal) {
      const branch = find(step);
      const isMoved = branch?.contains && !branch.reverted && branch.head !== seen.head;
      if (isMoved && branch.conflicts.length === 0)
        return { kind: 'retry', reason: 'the branch moved', afterMs: 100 };
      return apply(step, seen, operation, signal);
    },
  };
}

export function createInMemoryApplications(receivers: ReceiverState, state: GitStates): Applications {
  const { observe, apply } = receive(receivers, 'wait-for-sync', {
    find: ({ application }) => state.applications[application.name],
    seen: (application) => ({ ...application, includesRevert: false }),
    isThere: (application, { commit }, operation) =>
      application.askedBy === operation || application.revision === `revert-of-${commit}`,
    fence: (application, { uid }) =>
      application.uid === uid && !application.suspended ? null : 'the application does not take it',
    write(application, { repository, branch }, operation) {
      application.askedBy = operation;
      receivers.working.push(() => {
        const revision = state.branches[`${repository}#${branch}`]?.head ?? application.revision;
        Object.assign(application, { revision, synced: true, healthy: true });
      });
    },
  });
  return {
    async read({ application }, signal) {
      const step = { kind: 'wait-for-sync', application } as Parameters<typeof observe>[0];
      return observe(step, { key: '', epoch: 0 }, signal);
    },
    askForSync: apply,
  };
}
