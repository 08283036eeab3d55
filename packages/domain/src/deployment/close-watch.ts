import { eventAbout, type NewEvent } from '../audit/events.ts';
import { formatValue, troubleInWords } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { breaches } from '../trigger/proves-health.ts';
import { isAutomatic, isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { heldOpenBy } from './beyond-window.ts';
import type { Deployment, DeploymentPatch } from './deployment.ts';
import { endDoubts } from './end-doubt.ts';
import { releaseSubject } from './release-words.ts';
import { awaitsLook, lastEndOf, servingDoubt } from './serving-proof.ts';
import { dueFrom } from './version-age.ts';

/**
 * Share of the slots of every automatic trigger in which it must have been seen healthy (`provesHealth`). A scrape or two may be
 * missed in a window; a trigger that was blind, or in breach, for longer than a tenth of it proves nothing.
 */
const healthyShare = 0.9;

export interface WatchEnd {
  patch: DeploymentPatch;
  event: NewEvent;
  /** Nothing is wrong with it any more, whatever was told of it: it is healthy, and whether it is proven is another question. */
  isOver: boolean;
}

/**
 * Ends a watch whose window has passed, once nothing holds it open (`heldOpenBy`): verified when no automatic trigger ever fired
 * and each was seen healthy in enough slots of the window, else unproven with the reason. Where only the newest slot leaves a doubt
 * (`endDoubts`), a little later may tell, for one more window at the most. Null while the watch goes on.
 */
export function closeWatch(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  slot: number,
  intervalMs: number,
): WatchEnd | null {
  const { watchEndsAt, completedAt, watchClosedAt } = deployment;
  if (watchClosedAt !== null || watchEndsAt === null || completedAt === null || slot < watchEndsAt)
    return null;
  if (heldOpenBy(judged).length > 0 || awaitsLook(deployment, slot)) return null;
  const notServing = servingDoubt(deployment, slot);
  const certain = doubtAbout(deployment, judged, intervalMs) ?? notServing;
  const atEnd = endDoubts(deployment, judged)[0] ?? null;
  if (certain === null && atEnd !== null && slot < lastEndOf(deployment)) return null;
  const doubt = certain ?? atEnd;
  return {
    isOver: notServing === null && atEnd === null && firedUnended(judged) === null,
    patch: { id: deployment.id, proof: doubt === null ? 'verified' : 'unproven', watchClosedAt: slot },
    event: eventAbout({
      type: doubt === null ? 'deployment.verified' : 'deployment.unproven',
      at: slot,
      service: deployment.service,
      deploymentId: deployment.id,
      text:
        doubt === null
          ? `${releaseSubject(deployment)} is verified: it passed its watch and is the last known good now.`
          : `${releaseSubject(deployment)} stays unproven: ${doubt}.`,
    }),
  };
}

/** Whether a slot lies in the watch window; only these count towards `verified`. */
export function isInWatchWindow(deployment: Deployment, slot: number): boolean {
  const { completedAt, watchEndsAt, watchClosedAt } = deployment;
  if (completedAt === null || watchEndsAt === null || watchClosedAt !== null) return false;
  return slot >= completedAt && slot < watchEndsAt;
}

/** The first reason why it is not verified; null when there is none. */
function doubtAbout(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  intervalMs: number,
): string | null {
  const automatic = judged.filter(({ trigger }) => isAutomatic(trigger));
  if (automatic.length === 0) return 'no automatic trigger watched it';
  const fired = automatic.find(({ state }) => state.everFired);
  if (fired) return `${fired.trigger.name} fired`;
  const ended = firedUnended(judged);
  if (ended) return `${ended.trigger.name} fired, and ended before it could tell whether that is over`;
  const due = automatic.filter((one) => expectedSlots(deployment, one, intervalMs) > 0);
  // One whose warm-up outlasts the window did not watch; where all are such, nobody did.
  for (const one of due.length > 0 ? due : automatic) {
    const doubt = seldomHealthy(one, expectedSlots(deployment, one, intervalMs));
    if (doubt !== null) return doubt;
  }
  return null;
}

function firedUnended(judged: readonly JudgedTrigger[]): JudgedTrigger | null {
  const isUnended = ({ trigger, state }: JudgedTrigger) =>
    isDeciding(trigger) && state.everFired && state.phase === 'unknown';
  return judged.find(isUnended) ?? null;
}

function seldomHealthy({ trigger, state }: JudgedTrigger, expected: number): string | null {
  if (state.slotsHealthy >= Math.max(1, expected * healthyShare)) return null;
  const why = troubleInWords(state) ?? (state.companion && troubleInWords(state.companion));
  const because =
    why === null
      ? missedSlots(state, expected) || fewSamples(trigger, state)
      : ` (${state.troubleReason === null ? 'companion query: ' : ''}${why})`;
  return `${trigger.name} was seen healthy in ${state.slotsHealthy} of ${expected} slots, fewer than 90 %${because}`;
}

/** Slots in which nobody asked, told where there are enough of them to keep it from 90 %. No other reason is given then: who was not there saw none. */
function missedSlots({ slotsAsked }: TriggerState, expected: number): string {
  const missed = expected - slotsAsked;
  if (expected === 0 || slotsAsked >= expected * healthyShare) return '';
  return ` (${missed} ${missed === 1 ? 'slot was' : 'slots were'} missed: nothing was asked in ${missed === 1 ? 'it' : 'them'})`;
}

/** A failed request of a few is no breach that counts, and no health either: what a quiet service can do about it. */
function fewSamples(trigger: RollbackTrigger, { reading, companion }: TriggerState): string {
  const { minSamples } = trigger;
  if (!minSamples || companion?.reading.kind !== 'value') return '';
  // A healthy number on few samples speaks for it: whatever was wrong, that was not it.
  if (reading?.kind !== 'value' || !breaches(trigger, reading.value)) return '';
  const [had, needed] = [companion.reading.value, minSamples.atLeast].map((one) => formatValue(one, ''));
  if (companion.reading.value >= minSamples.atLeast) return '';
  return ` (on ${had} samples at the end, of the ${needed} that count: what fails among so few neither fires nor speaks for it; a query over a longer time, or a longer watch, sees more of them)`;
}

/** Slots of the window in which the trigger was due: its warm-up is nobody's silence. Missed slots are. */
export function expectedSlots(
  deployment: Deployment,
  { trigger }: JudgedTrigger,
  intervalMs: number,
): number {
  const from = Math.max(deployment.completedAt ?? 0, dueFrom(deployment, trigger));
  return Math.max(0, Math.floor(((deployment.watchEndsAt ?? 0) - from) / intervalMs));
}
