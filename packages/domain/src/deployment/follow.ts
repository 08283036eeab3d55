import { sameTemplate } from '../workload/same-template.ts';
import { baseline } from './baseline.ts';
import { captureAfter, changedSince, lastKnown, type ObservedWorkload } from './capture.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detect } from './detect.ts';
import { isWatched } from './eligibility.ts';
import { endRollout } from './end-rollout.ts';
import type { FollowedService } from './followed-service.ts';
import { heldVersion } from './held-version.ts';
import type { Looks } from './looks.ts';
import { type MendedRollout, mendedRollout } from './mended-rollout.ts';
import { nextLooks, seenAgain } from './next-looks.ts';
import { isOlderThanRecords } from './older-than-records.ts';
import { hasShownChange, type OwnRollout, ownRollout } from './own-rollout.ts';
import type { PutBack } from './put-back.ts';
import { recreatedEvents } from './recreated.ts';
import { awaitsStay, stayedBack } from './stayed-back.ts';
import type { ServedRelease } from './told-of-replaced.ts';

/**
 * Judge what was observed of one service: a baseline when nothing is recorded, a new template as a detected deployment;
 * of the newest one its *after*, the end of its rollout, and a look at whether it serves. Null when nothing changes,
 * and when the observation is older than what is recorded.
 */
export function followService(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit | null {
  if (observed.length === 0 || followed.activeRunId !== null) return null;
  const { latest } = followed;
  if (!latest) return baseline(followed, observed, now);
  if (isOlderThanRecords(latest, observed)) return null;
  const changed = changedSince(latest, observed);
  return changed.length > 0
    ? detect(followed, changed, observed, now)
    : refresh(latest, observed, followed, now);
}

function refresh(
  latest: Deployment,
  observed: readonly ObservedWorkload[],
  followed: FollowedService,
  now: number,
): DeploymentCommit | null {
  const { captured, current, seen, ended } = judgeRollout(latest, observed, followed, now);
  const mended = mendedRollout(current, seen, followed, now);
  const looks = ended ? null : (mended?.looks ?? newLooks(current, seen, followed, now));
  const stayed = stayedBack(current, followed, now);
  if (!captured && !ended && !looks && !stayed) return null;
  const served = ended?.served ?? servedLate(latest, { looks, mended }, followed, now);
  const held = heldVersion(followed, latest.id, newlyShown(latest, current, observed), now);
  return {
    deployments: [
      { id: latest.id, ...captured, ...(looks && { looks }), ...ended?.patch, ...came(held ?? stayed) },
    ],
    events: [
      ...recreatedEvents(latest, current, now),
      ...(held ? [held.event] : []),
      ...(ended?.events ?? []),
      ...(stayed ? [stayed.event] : []),
      ...toldOf(mended).map(({ event }) => event),
    ],
    notifications: [
      ...(held ? [held.notification] : []),
      ...(ended?.notifications ?? []),
      ...toldOf(mended).map(({ notification }) => notification),
    ],
    ...(served && { served: [served] }),
    ...(ended?.neverCame && { neverCame: [ended.neverCame] }),
  };
}

function toldOf(mended: MendedRollout | null) {
  return [mended?.over, mended?.again].filter((told) => told != null);
}

/** Rolled out to no replicas, or not at all, and seen to serve since. */
function servedLate(
  latest: Deployment,
  { looks, mended }: { looks: Looks | null; mended: MendedRollout | null },
  { service }: FollowedService,
  now: number,
): ServedRelease | null {
  const isFirst = latest.status === 'completed' && latest.looks.served === 0 && looks?.served === 1;
  if (latest.origin === 'rollback' || !(isFirst || mended?.over)) return null;
  return { release: latest, service, at: now, butFor: [] };
}

/** What is failed because it showed no change is looked at once more, and what of configuration changed is its own then. */
function judgeRollout(
  latest: Deployment,
  observed: readonly ObservedWorkload[],
  followed: FollowedService,
  now: number,
) {
  const judge = (captured: Pick<Deployment, 'changes'> | null) => {
    const current: Deployment = { ...latest, ...captured };
    const seen = ownRollout(current, observed);
    return { captured, current, seen, ended: endRollout(current, seen, followed, now) };
  };
  const judged = judge(captureAfter(latest, observed));
  if (judged.ended?.patch.status !== 'failed' || hasShownChange(judged.current)) return judged;
  return judge(captureAfter(latest, observed, true));
}

/** What was taken back is watched for as long as its service says, which may be longer than what serves. */
function newLooks(
  current: Deployment,
  seen: OwnRollout,
  { holds }: FollowedService,
  now: number,
): Looks | null {
  if (isWatched(current)) return nextLooks(current, seen, now);
  return awaitsStay(current, holds) ? seenAgain(current, now) : null;
}

function came(told: { putBack: PutBack } | null) {
  return told ? { putBack: told.putBack } : {};
}

/**
 * The workloads whose template this look is the first to see. Where a rollback may have set one, nothing is known to have left it:
 * what is seen there first may never have been away.
 */
function newlyShown(before: Deployment, after: Deployment, observed: readonly ObservedWorkload[]) {
  return observed.filter(({ workload }) => {
    const [was, is] = [lastKnown(before, workload), lastKnown(after, workload)];
    if (!is) return false;
    return was ? !sameTemplate(was, is) : before.origin !== 'rollback';
  });
}
