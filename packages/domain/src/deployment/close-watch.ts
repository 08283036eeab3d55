import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { Deployment, DeploymentPatch } from './deployment.ts';
import { awaitsLook, servingDoubt } from './serving-proof.ts';

/**
 * Share of the slots of every automatic trigger that must have answered with a real value. A scrape or two may be missed in a
 * window; a trigger that was blind for longer than a tenth of it proves nothing.
 */
const answeredShare = 0.9;

export interface WatchEnd {
  patch: DeploymentPatch;
  event: NewEvent;
}

/**
 * Ends a watch whose window has passed: verified when no automatic trigger fired and each was answered with real
 * values in enough slots, else unproven with the reason. A trigger still pending keeps the watch open until it has
 * decided, for one more window at the most. Null while the watch goes on.
 */
export function closeWatch(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  slot: number,
  intervalMs: number,
): WatchEnd | null {
  const { watchEndsAt, completedAt } = deployment;
  if (watchEndsAt === null || completedAt === null || slot < watchEndsAt) return null;
  const windowMs = watchEndsAt - completedAt;
  const undecided = judged.some(
    ({ trigger, state }) =>
      !trigger.shadow && trigger.severity === 'auto_rollback' && state.phase === 'pending',
  );
  if (undecided && slot < watchEndsAt + windowMs) return null;
  if (awaitsLook(deployment, slot)) return null;
  const doubt = doubtAbout(deployment, judged, intervalMs) ?? servingDoubt(deployment, slot);
  return {
    patch: { id: deployment.id, proof: doubt === null ? 'verified' : 'unproven', watchClosedAt: slot },
    event: eventAbout({
      type: doubt === null ? 'deployment.verified' : 'deployment.unproven',
      at: slot,
      service: deployment.service,
      deploymentId: deployment.id,
      text:
        doubt === null
          ? `Release ${deployment.release} is verified: it passed its watch and is the last known good now.`
          : `Release ${deployment.release} stays unproven: ${doubt}.`,
    }),
  };
}

/** Whether a slot lies in the watch window; only these count towards `verified`. */
export function isInWatchWindow({ completedAt, watchEndsAt }: Deployment, slot: number): boolean {
  return completedAt !== null && watchEndsAt !== null && slot >= completedAt && slot < watchEndsAt;
}

function doubtAbout(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  intervalMs: number,
): string | null {
  const automatic = judged.filter(({ trigger }) => trigger.severity === 'auto_rollback' && !trigger.shadow);
  if (automatic.length === 0) return 'no automatic trigger watched it';
  const fired = automatic.find(({ state }) => state.everFired);
  if (fired) return `${fired.trigger.name} fired`;
  const undecided = automatic.find(({ state }) => state.phase === 'pending');
  if (undecided) return `${undecided.trigger.name} still breaches`;
  const expected = (one: JudgedTrigger) => expectedSlots(deployment, one, intervalMs);
  const silent = automatic.find(
    (one) => one.state.slotsAnswered < Math.max(1, expected(one) * answeredShare),
  );
  if (!silent) return null;
  return `${silent.trigger.name} answered in ${silent.state.slotsAnswered} of ${expected(silent)} slots, fewer than 90 %`;
}

/** Slots of the window in which the trigger was due: its warm-up is nobody's silence. Missed slots are. */
function expectedSlots(
  { startedAt, completedAt, watchEndsAt }: Deployment,
  { trigger }: JudgedTrigger,
  intervalMs: number,
): number {
  const from = Math.max(completedAt ?? 0, startedAt + trigger.initialDelayMs);
  return Math.max(0, Math.floor(((watchEndsAt ?? 0) - from) / intervalMs));
}
