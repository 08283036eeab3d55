import {
  acknowledgementEnd,
  acknowledgementEnded,
  answersTo,
  closeFailedWatch,
  closeWatch,
  type Decision,
  type EndedAcknowledgement,
  endedTriggers,
  firingBreaches,
  forOutside,
  goneTriggers,
  incidentOver,
  isDeciding,
  type JudgedTrigger,
  type Notification,
  releaseRecord,
  takenBackInWords,
  type WatchEnd,
  type Watched,
} from '@lastgood/domain';
import { calledAgain } from './decision-effects.ts';

/** A watched deployment with its triggers as a slot left them. */
interface WatchedAsJudged {
  watched: Watched;
  triggers: readonly JudgedTrigger[];
}

/** The watch that a slot closes; null when it closes none. */
export function endOfWatch(
  { watched, triggers }: WatchedAsJudged,
  slot: number,
  intervalMs: number,
): (WatchEnd & { notifications: Notification[] }) | null {
  const { deployment, service, activeRunId, isTakenBack } = watched;
  // While it is being rolled back nothing is proven about it; the end of the run closes its watch. A run may end while a slot is read.
  if (activeRunId !== null || isTakenBack) return null;
  const end =
    closeWatch(deployment, triggers, slot, intervalMs) ??
    closeFailedWatch(deployment, triggers, service.policy, slot);
  return end && { ...end, notifications: toldOf({ watched, triggers }, end) };
}

/** Beside the release, and to whoever was told that something is to be done about it, where that is over: what is not mended calls on. */
function toldOf({ watched, triggers }: WatchedAsJudged, { patch, event, isOver }: WatchEnd): Notification[] {
  const { deployment, service } = watched;
  const isVerified = patch.proof === 'verified';
  const { at } = event;
  const text = forOutside(event.text, answersTo(triggers));
  const record = isVerified ? 'deployment_verified' : 'deployment_unproven';
  // The end of a failed rollout was written as it failed, and a rollback that lacks proof takes nothing from the release it returned to.
  const isNews = isVerified || (deployment.status !== 'failed' && deployment.origin !== 'rollback');
  return [
    ...(isNews ? [releaseRecord(record, deployment, service, { at, text })] : []),
    ...(isOver
      ? [incidentOver(deployment, service, { kind: isVerified ? 'verified' : 'unproven', words: text }, at)]
      : []),
  ];
}

/**
 * Nothing fires any more of what called for a rollback, or what did is not judged any more or has ended: then nobody knows whether it does.
 * @param isOver whether the end of its watch, in this slot, says that nothing is wrong with it any more: all of it is told by that
 */
export function recovered(
  { watched, triggers }: WatchedAsJudged,
  slot: number,
  isOver: boolean,
): Notification[] {
  const { deployment, service, activeRunId, isTakenBack, lastDecision } = watched;
  if (activeRunId !== null || isTakenBack || firingBreaches(triggers).length > 0) return [];
  const declared = triggers.map(({ trigger }) => trigger);
  const gone = goneTriggers(lastDecision, declared);
  if (gone.length > 0) {
    const because = { kind: 'undeclared', triggers: gone, isWatched: declared.some(isDeciding) } as const;
    return [incidentOver(deployment, service, because, slot)];
  }
  const { triggers: before } = watched;
  if (isOver || (firingBreaches(before).length === 0 && !before.some(endedJust))) return [];
  const fired = firingBreaches(before).map(({ trigger }) => trigger);
  const ended = endedTriggers(lastDecision, fired, triggers);
  if (ended.length > 0) return [incidentOver(deployment, service, { kind: 'ended', triggers: ended }, slot)];
  return [incidentOver(deployment, service, { kind: 'recovered' }, slot)];
}

/**
 * In the slot before this one. A rollback that was at work as that was read may have been called off since by what fired before it: then it
 * is said now. Whoever was told so already is not told again (`isFollowing`).
 */
function endedJust({ trigger, state }: Watched['triggers'][number]): boolean {
  if (!state?.everFired || !isDeciding(trigger)) return false;
  return state.phase === 'inactive' && state.since === state.lastJudgedSlot;
}

/**
 * What somebody said about what fired, where this slot ended it. What fires on calls again, unless something is said of it anyway (`news`)
 * or a rollback is at work.
 */
export function endedAcknowledgement(
  { news, ...decided }: WatchedAsJudged & { decision: Decision; news: boolean },
  now: number,
): EndedAcknowledgement[] {
  const { watched, triggers } = decided;
  const { deployment, acknowledgement, isTakenBack, activeRunId } = watched;
  const end = !isTakenBack && acknowledgement && acknowledgementEnd(acknowledgement, triggers, now);
  if (!end) return [];
  const { by, takenBackBy = by, at } = acknowledgement;
  const event = end === 'taken-back' ? null : acknowledgementEnded(deployment, acknowledgement, end, now);
  const why = event?.text ?? takenBackInWords(deployment, takenBackBy);
  const isQuiet = news || end === 'recovered' || end === 'undeclared' || activeRunId !== null;
  const again = isQuiet ? null : calledAgain(decided, acknowledgement, why);
  return [{ deploymentId: deployment.id, at, event, notifications: again ? [again] : [] }];
}
