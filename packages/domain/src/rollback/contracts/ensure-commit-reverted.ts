import { requestLimits, type StepContract } from './step-contract.ts';

export interface RevertTarget {
  repository: string;
  branch: string;
  /** The commit whose change must be undone on the branch. */
  commit: string;
}

export interface RevertSeen {
  /** The branch's newest commit: what a push is leased against. */
  head: string;
  /** Whether the commit is part of the branch. */
  contains: boolean;
  /** Whether its change is undone on the branch, by whoever. */
  reverted: boolean;
  /** Newer commits on the branch that touch the same lines. */
  conflicts: string[];
}

export const ensureCommitReverted: StepContract<'ensure-commit-reverted', RevertTarget, RevertSeen> = {
  kind: 'ensure-commit-reverted',
  isDone: (_step, seen) => seen.contains && seen.reverted,
  refusal(step, seen) {
    const name = `${step.repository} (${step.branch})`;
    if (!seen.contains) {
      return {
        reason: `${step.commit} is not part of ${name}: the branch was rewritten.`,
        advice: 'Find the commit that brought the bad version and ask for the rollback again.',
      };
    }
    if (seen.reverted || seen.conflicts.length === 0) return null;
    return {
      reason: `${seen.conflicts.join(', ')} changed the same lines of ${name} after ${step.commit}.`,
      advice: 'Revert by hand, keeping what the newer commits meant, then resume.',
    };
  },
  waitsFor: () => null,
  inWords: (step, seen) =>
    `${step.commit} is ${seen.reverted ? '' : 'not '}reverted on ${step.branch} (${seen.head})`,
  limits: requestLimits,
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `${step.commit} is not reverted on ${step.branch}, unless the branch says otherwise; what serves is unchanged until the next sync.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'code',
  record: ({ repository, branch, commit }) => ({
    kind: 'gitops',
    target: { repository, branch },
    before: commit,
    after: null,
  }),
};
