import { shownCommit } from '../../deployment/shown-commit.ts';
import type { NamedCommit } from '../step-detail.ts';
import { requestLimits, type StepContract } from './step-contract.ts';

/** Which change of which branch must be undone, and how. */
export interface RevertTarget {
  repository: string;
  branch: string;
  /** The commit whose change must be undone on the branch; with `since`, the newest of those. */
  commit: string;
  /** The commit before the change: everything after it, up to `commit`, is undone. Absent: `commit` alone. */
  since?: string;
  /** Only what lies under this folder or file is undone. Absent: all of it. */
  path?: string;
  /** What lies under `path` becomes what it was at `since`, whatever newer commits changed there: where a revert conflicts. */
  restore?: true;
  /** Why, for the message of the commit. */
  why?: string;
}

/** Something that writes image versions by itself, into the repository or past it. */
export interface ImageMover {
  /** "ImageUpdateAutomation flux-system/apps" */
  name: string;
  /** What it would do after the revert, as a sentence. */
  effect: string;
  /** How a person holds it off. */
  advice: string;
  /** It acts without being asked, so the bad version comes back. Otherwise it only proposes. */
  isAutomatic: boolean;
}

export interface RevertSeen {
  /** The branch's newest commit: what a push is leased against. */
  head: string;
  /** Whether the commit, and `since` where it is given, are part of the branch. */
  contains: boolean;
  /** Whether its change is undone on the branch, by whoever; of a restore, whether the content is as it was. */
  reverted: boolean;
  /** Newer commits on the branch that touch the same lines. */
  conflicts: string[];
  /** The newest revert that carries this operation's key; null where none does. Absent: nobody looked. */
  revertedBy?: string | null;
  /** The commit before the change, where none was asked for: what undoing the undoing goes back from. Null where there is none. */
  since?: string | null;
  /** How many files the change touches within the path, and outside of it, where nothing is undone. */
  files?: number;
  elsewhere?: number;
  /** The commits that are undone, newest first; not more than ten. */
  commits?: NamedCommit[];
  /** Some of the files that the change touches within the path, by name. */
  names?: string[];
  /** What in the repository moves images by itself. */
  movers?: ImageMover[];
}

export const ensureCommitReverted: StepContract<'ensure-commit-reverted', RevertTarget, RevertSeen> = {
  kind: 'ensure-commit-reverted',
  isDone: (_step, seen) => seen.contains && seen.reverted,
  refusal(step, seen) {
    const name = `${step.repository} (${step.branch})`;
    if (!seen.contains) {
      return {
        reason: `${shownCommit(step.commit)}${step.since ? ` or ${shownCommit(step.since)}` : ''} is not part of ${name}: the branch was rewritten.`,
        advice: 'Find the commit that brought the bad version and ask for the rollback again.',
      };
    }
    if (seen.reverted) return null;
    if (seen.revertedBy) {
      return {
        reason: `${shownCommit(seen.revertedBy)} reverted it on ${name}, and somebody has brought the change back since.`,
        advice: 'Find out who brought it back and why; then ask for the rollback again.',
      };
    }
    if (seen.conflicts.length === 0) return null;
    return {
      reason: `${seen.conflicts.join(', ')} changed the same lines of ${name} after ${shownCommit(step.commit)}.`,
      advice: 'Revert by hand, keeping what the newer commits meant, then resume.',
    };
  },
  waitsFor: () => null,
  inWords: (step, seen) =>
    `${shownCommit(step.commit)} is ${seen.reverted ? '' : 'not '}reverted on ${step.branch} (${shownCommit(seen.head)})`,
  limits: { ...requestLimits, heartbeatMs: 60_000 },
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `${shownCommit(step.commit)} is not reverted on ${step.branch}, unless the branch says otherwise; what serves is unchanged until the next sync.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'code',
  schema: 'needs',
  goesBack: ({ repository, branch, path }) => [
    `the commits in ${repository} (${branch})${path === undefined ? '' : ` under ${path}`}`,
  ],
  // Its controller may prune what the revert takes out of the manifests, a volume as well as a database.
  keepsRows: () => 'unknown',
  record: ({ repository, branch, path, commit, since }) => ({
    kind: 'gitops',
    target: { repository, branch, ...(path === undefined ? {} : { path }) },
    before: commit,
    after: since ?? null,
  }),
};
