import {
  acknowledgementEnd,
  acknowledgementEnded,
  closeFailedWatch,
  closeWatch,
  type EndedAcknowledgement,
  type JudgedTrigger,
  type Watched,
} from '@lastgood/domain';

/** A watched deployment with its triggers as a slot left them. */
interface WatchedAsJudged {
  watched: Watched;
  triggers: readonly JudgedTrigger[];
}

/** The watch that a slot closes; null when it closes none. */
export function endOfWatch({ watched, triggers }: WatchedAsJudged, slot: number, intervalMs: number) {
  const { deployment, service, activeRunId, isTakenBack } = watched;
  // While it is being rolled back nothing is proven about it; the end of the run closes its watch. A run may end while a slot is read.
  if (activeRunId !== null || isTakenBack) return null;
  return (
    closeWatch(deployment, triggers, slot, intervalMs) ??
    closeFailedWatch(deployment, triggers, service.policy, slot)
  );
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
