import { changeOf, type Deployment, workloadChanges } from '../deployment/deployment.ts';
import { hasNeverCome } from '../deployment/never-came.ts';
import { hasShownChange } from '../deployment/own-rollout.ts';
import { type NamedRelease, releaseName, releaseSubject } from '../deployment/release-words.ts';
import { sameTemplate } from '../workload/same-template.ts';

/** What has come after a stopped run, so that its steps speak of a world that is gone. */
export type Overtaking =
  /** Another run has changed one of its services. */
  | { kind: 'run'; id: string }
  /** Something newer than what it takes back was deployed; `came`: or only registered, and nothing of it is seen yet. */
  | {
      kind: 'deployment';
      id: string;
      newest: NamedRelease;
      takesBack: NamedRelease;
      came: 'deployed' | 'registered';
    };

/** What a member of a run takes back and returns to, with what has come of its service since: `cameSince`. */
export interface MemberSince {
  takesBack: NamedRelease;
  target: Deployment;
  newest: Deployment | null;
}

/**
 * The newest release that is no rollback. What is known never to have come has overtaken nothing.
 *
 * @param later the releases after a given one, newest first
 * @param standing the id of what stands for the service: of that it is not known
 */
export function cameSince(later: readonly Deployment[], standing: string | null): Deployment | null {
  const came = (one: Deployment) => one.id === standing || !hasNeverCome(one);
  return later.find((one) => one.origin !== 'rollback' && came(one)) ?? null;
}

/** The deployment that overtook the run, for the first of its members that has one; null when there is none. */
export function overtakingDeployment(members: readonly MemberSince[]): Overtaking | null {
  for (const { takesBack, target, newest } of members) {
    // Somebody has brought the very target back by hand: the run finds it in place and goes on.
    if (!newest || newest.release <= takesBack.release || isSeenAgain(target, newest)) continue;
    const { id, release, version } = newest;
    const came = hasShownChange(newest) ? 'deployed' : 'registered';
    return { kind: 'deployment', id, newest: { release, version }, takesBack, came };
  }
  return null;
}

export function overtakenInWords(by: Overtaking): string {
  if (by.kind === 'run')
    return `Another rollback has changed the service since this one stopped. Roll back again: that plans anew, from what is there now.`;
  return `${releaseSubject(by.newest)} was ${by.came} since ${releaseName(by.takesBack)}, which this run takes back. Roll back ${releaseName(by.newest)} instead: that plans anew, from what is there now.`;
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
