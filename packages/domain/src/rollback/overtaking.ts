import { changeOf, type Deployment, workloadChanges } from '../deployment/deployment.ts';
import { type NamedRelease, releaseName, releaseSubject } from '../deployment/release-words.ts';
import { sameTemplate } from '../workload/same-template.ts';

/** What has come after a stopped run, so that its steps speak of a world that is gone. */
export type Overtaking =
  /** Another run has changed one of its services. */
  | { kind: 'run'; id: string }
  /** Something newer than what it takes back was deployed. */
  | { kind: 'deployment'; id: string; newest: NamedRelease; takesBack: NamedRelease };

/** What a member of a run takes back and returns to, with the newest deployment of its service that is no rollback. */
export interface MemberSince {
  takesBack: NamedRelease;
  target: Deployment;
  newest: Deployment | null;
}

/** The deployment that overtook the run, for the first of its members that has one; null when there is none. */
export function overtakingDeployment(members: readonly MemberSince[]): Overtaking | null {
  for (const { takesBack, target, newest } of members) {
    // Somebody has brought the very target back by hand: the run finds it in place and goes on.
    if (!newest || newest.release <= takesBack.release || isSeenAgain(target, newest)) continue;
    const { id, release, version } = newest;
    return { kind: 'deployment', id, newest: { release, version }, takesBack };
  }
  return null;
}

export function overtakenInWords(by: Overtaking): string {
  if (by.kind === 'run')
    return `Another rollback has changed the service since this one stopped. Roll back again: that plans anew, from what is there now.`;
  return `${releaseSubject(by.newest)} was deployed since ${releaseName(by.takesBack)}, which this run takes back. Roll back ${releaseName(by.newest)} instead: that plans anew, from what is there now.`;
}

/** Nothing but a release that is known, which was seen and not registered. */
export function isSeenAgain(known: Pick<Deployment, 'changes'>, newest: Deployment): boolean {
  const shown = workloadChanges(newest);
  if (newest.origin !== 'detected' || shown.length === 0) return false;
  return shown.every(({ target: workload, after }) => {
    const before = changeOf(known.changes, workload)?.after ?? null;
    return after !== null && before !== null && sameTemplate(after, before);
  });
}
