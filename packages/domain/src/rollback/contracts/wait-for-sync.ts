import { shownCommit } from '../../deployment/shown-commit.ts';
import type { ImageMover, RevertTarget } from './ensure-commit-reverted.ts';
import { lookWithinMs, type ObjectTarget, replaced, type StepContract } from './step-contract.ts';

/** An application that a controller takes from a repository. */
export interface SyncTarget extends RevertTarget {
  /** What people call the controller. */
  controller: string;
  application: ObjectTarget;
  uid: string;
}

/** As its cluster tells. */
export interface ApplicationSeen {
  uid: string;
  /** The commit the controller has applied; empty where it has applied none. */
  revision: string;
  synced: boolean;
  healthy: boolean;
  /** Automation is switched off: nothing would come by itself. */
  suspended: boolean;
  /** The operation that asked for the newest sync; null when nobody of ours did. */
  askedBy: string | null;
  /** What the controller complains about, in its own words; null when nothing. */
  complaint?: string | null;
  /** The repository and the branch it takes its truth from, as the application names them. */
  source?: { url: string; branch: string | null };
  /** What in the cluster moves images of the application by itself. */
  movers?: ImageMover[];
}

export interface SyncSeen extends ApplicationSeen {
  /** Whether the commit it has applied has the change undone, as Git tells. */
  includesRevert: boolean;
}

/** The controller has applied a commit in which the change is undone, and says that it is well. */
export const waitForSync: StepContract<'wait-for-sync', SyncTarget, SyncSeen> = {
  kind: 'wait-for-sync',
  isDone: (step, seen) => seen.uid === step.uid && seen.includesRevert && seen.synced && seen.healthy,
  refusal(step, seen) {
    const name = `${step.application.kind} ${step.application.name}`;
    if (seen.uid !== step.uid) return replaced(name);
    if (!seen.suspended) return null;
    return {
      reason: `${name} is suspended, so it would not take the revert.`,
      advice: `Resume its automation in ${step.controller}, then resume the run.`,
    };
  },
  waitsFor: (step, seen, operation) =>
    seen.includesRevert || seen.askedBy === operation ? waitForSync.inWords(step, seen) : null,
  inWords(_step, seen) {
    const at = seen.revision === '' ? 'nothing applied yet' : `at ${shownCommit(seen.revision)}`;
    const said = `${at}, ${seen.synced ? 'synced' : 'not synced'}, ${seen.healthy ? 'healthy' : 'not healthy'}`;
    return seen.complaint ? `${said} (${seen.complaint})` : said;
  },
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  lookAgainMs: 2_000,
  leavesBehind: ({ application }) =>
    `The revert is on its branch; ${application.kind} ${application.name} has not taken it yet and may do so at any moment.`,
  usualMs: 180_000,
  looksOnly: {
    whenSkipped: 'The next steps begin although the controller may not have taken the change yet.',
  },
};
