import { eventAbout, type NewEvent } from '../audit/events.ts';
import { aboutService } from '../notification/about-service.ts';
import type { ReleaseFacts } from '../notification/facts.ts';
import type { MadeNotification } from '../notification/notification.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../workload/workload.ts';
import { lastKnown, type ObservedWorkload } from './capture.ts';
import type { Deployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { type Hold, isHeld } from './hold.ts';
import { isPutBackWatched, type PutBack, putBack, type WhatWasTakenBack } from './put-back.ts';
import { releaseFacts } from './release-facts.ts';
import { versionOf } from './version.ts';

interface HeldVersion {
  putBack: Extract<PutBack, { kind: 'back' }>;
  event: NewEvent;
  notification: MadeNotification;
}

function whatWas({ version, commit, changes }: Deployment): WhatWasTakenBack {
  return { version, commit, isReverted: changes.some(({ kind }) => kind === 'gitops') };
}

/**
 * A held version that serves again, registered or not: it wakes somebody, because Lastgood took it back before and nobody
 * has released it. Who did it is said as the cluster remembers it. Lastgood does not take it back again by itself: two who set
 * the same thing for ever help nobody. Null when none of what is new is held, or that had never left.
 */
export function heldVersion(
  { service, holds, takenBack, latest }: FollowedService,
  deploymentId: string,
  changed: readonly ObservedWorkload[],
  now: number,
): HeldVersion | null {
  for (const { workload, snapshot, owner, writers } of changed) {
    const hold = holds.find((one) => isHeldAs(one, snapshot));
    if (!hold || hasStayed(latest, workload, hold)) continue;
    const was = takenBack?.id === hold.deploymentId ? takenBack : null;
    const back = putBack(
      hold,
      { workload, version: versionOf(snapshot), owner, writers },
      was && whatWas(was),
    );
    const about = { at: now, service: service.key, deploymentId, runId: hold.runId };
    const type = isPutBackWatched(hold, service.policy, now) ? 'rollback.put-back' : 'hold.ignored';
    const text = `${back.words} It was taken back before, and nobody has released the hold. ${back.advice}`;
    return {
      putBack: back,
      event: eventAbout({ ...about, type, text, data: { by: back.by } }),
      notification: {
        ...{
          key: `deployment/${deploymentId}/held_version_back`,
          kind: 'held_version_back',
          urgency: 'page',
        },
        ...{ ...about, title: `${service.name}: a version that was taken back is back`, text },
        ...aboutService(service, factsOf(was, snapshot, latest)),
      },
    };
  }
  return null;
}

/** Where nobody looked what was taken back, as where the rollback had stopped, it is known by what is seen. */
function factsOf(
  was: Deployment | null,
  snapshot: WorkloadSnapshot,
  latest: Deployment | null,
): ReleaseFacts {
  const back = latest?.origin === 'rollback' ? latest : null;
  const version = was ? null : versionOf(snapshot);
  if (version === null) return releaseFacts(was, back);
  return { ...releaseFacts(null, back), from: { release: null, version, commit: null }, versions: version };
}

/**
 * What was held there before it changed was never taken back there, as on a workload that a stopped rollback did not reach: it is only
 * started anew, or configured. Of what is back already the next release is, too.
 */
function hasStayed(latest: Deployment | null, workload: WorkloadRef, hold: Hold): boolean {
  const before = lastKnown(latest, workload);
  return before !== null && isHeldAs(hold, before) && latest?.putBack?.kind !== 'back';
}

function isHeldAs(hold: Hold, { templateDigest, imageDigests }: WorkloadSnapshot): boolean {
  return isHeld(hold, templateDigest, Object.values(imageDigests));
}
