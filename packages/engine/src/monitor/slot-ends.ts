import {
  acknowledgementEnd,
  acknowledgementEnded,
  closeFailedWatch,
  closeWatch,
  type EndedAcknowledgement,
  type JudgedTrigger,
  type Notification,
  releaseRecord,
  type WatchEnd,
  type Watched,
} from '@lastgood/domain';

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
  return end && { ...end, notifications: recordsOf(watched, end) };
}

function recordsOf({ deployment, service }: Watched, { patch, event }: WatchEnd): Notification[] {
  if (patch.proof !== 'verified') return [];
  return [releaseRecord('deployment_verified', deployment, service, { at: event.at, text: event.text })];
}

/** What somebody said about what fired, where this slot ended it. */
export function endedAcknowledgement(
  { watched, triggers }: WatchedAsJudged,
  now: number,
): EndedAcknowledgement[] {
  const { deployment, acknowledgement, isTakenBack } = watched;
  const end = !isTakenBack && acknowledgement && acknowledgementEnd(acknowledgement, triggers, now);
  if (!end) return [];
  const event = acknowledgementEnded(deployment, acknowledgement, end, now);
  return [{ deploymentId: deployment.id, at: acknowledgement.at, event }];
}
