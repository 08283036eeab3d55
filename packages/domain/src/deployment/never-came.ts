import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { ToldService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import type { Deployment, DeploymentPatch } from './deployment.ts';
import { isWatched } from './eligibility.ts';
import { incidentOver, type OverRelease } from './incident-over.ts';
import { hasShownChange } from './own-rollout.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/*
 * A release that was registered and failed before anything of it was there never served. What was there when it was registered is there
 * still: it is the newest of its service again, and its watch, which the registration had closed, goes on.
 */

/** A release that failed so, as whoever writes it has judged. */
export interface NeverCame {
  release: OverRelease;
  service: ToldService;
  at: number;
}

/**
 * Whether it is known that a failed release changed nothing: it brings images, was to change nothing but workloads, and none of these, seen
 * before it, has shown its template. What else it may have changed, as a schema, wants to be taken back.
 */
export function hasNeverCome(deployment: Deployment): boolean {
  const { status, origin, changes, registeredImages } = deployment;
  if (status !== 'failed' || origin !== 'pipeline' || hasShownChange(deployment)) return false;
  if (Object.keys(registeredImages).length === 0) return false;
  return changes.every((change) => change.kind === 'workload' && change.before !== null);
}

/** Whether nothing of a registered release is deployed yet, by the same measure. Its templates need not be known. */
export function isYetToCome({ status, origin, changes, registeredImages }: Deployment): boolean {
  if (status !== 'in_progress' || origin !== 'pipeline' || Object.keys(registeredImages).length === 0)
    return false;
  return changes.every(
    (change) => change.kind === 'workload' && change.before !== null && change.after === null,
  );
}

/** Of one that fails in this moment, as the cluster was seen in it. */
export function neverCame(failed: Deployment, service: ToldService, at: number): NeverCame | null {
  return hasNeverCome({ ...failed, status: 'failed' }) ? { release: failed, service, at } : null;
}

/** What stands in place of it; null where nothing does. @param older the releases before it, newest first */
export function standsAgain(older: readonly Deployment[]): Deployment | null {
  return older.find((one) => !hasNeverCome(one)) ?? null;
}

/** What is true of a release that is the newest again. A watch that was closed before another release came stays closed. */
export function reopened({ id, status, origin, supersededBy, proof }: Deployment): DeploymentPatch {
  if (supersededBy === null) return { id };
  // A rollback that stopped may go on.
  const isOpen = status === 'failed' ? origin === 'rollback' : status !== 'rolled_back';
  return {
    ...{ id, supersededBy: null, watchClosedAt: null },
    proof: isOpen && proof === 'unproven' ? 'pending' : proof,
  };
}

/** What the timeline says of what stands again. */
export function standsAgainEvent(older: Deployment, { release, at }: NeverCame): NewEvent {
  const isOpen = older.supersededBy !== null && isWatched({ ...older, ...reopened(older) });
  const again = isOpen ? ' It is watched again.' : '';
  return eventAbout({
    ...{ type: 'deployment.stands-again', at, service: older.service, deploymentId: older.id },
    text: `${releaseSubject(older)} is what is there: ${releaseName(release)} failed before anything of it was deployed.${again}`,
    data: { insteadOf: release.id },
  });
}

/** What whoever was called for the one that never came is told then. */
export function toldOfNeverCame(older: OverRelease, { release, service, at }: NeverCame): Notification {
  return incidentOver(release, service, { kind: 'never-came', older }, at);
}
