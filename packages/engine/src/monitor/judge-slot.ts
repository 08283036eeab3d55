import {
  type Answer,
  type Brakes,
  brakesOn,
  closeWatch,
  type Decision,
  type DueReading,
  decide,
  type FleetFacts,
  initialTriggerState,
  isNews,
  type JudgedTrigger,
  type Reading,
  type SlotCommit,
  type TriggerEvent,
  type TriggerState,
  type Watched,
} from '@lastgood/domain';
import { decisionEffects } from './decision-effects.ts';
import { triggerEvents } from './trigger-events.ts';

/** A due reading with the state and events it led to. */
export interface Advanced {
  due: DueReading;
  reading: Reading;
  state: TriggerState;
  events: TriggerEvent[];
}

/** One watched deployment as this slot judged it. */
interface Judged {
  watched: Watched;
  triggers: JudgedTrigger[];
  decision: Decision;
  news: boolean;
}

export interface SlotJudgement {
  advanced: Advanced[];
  judged: Judged[];
  /** Services for which an automatic rollback is wanted now, before brakes. */
  tripped: string[];
}

/** Judge, before the fleet is known. Pure but for the ids. */
export function judgeSlot(
  watched: readonly Watched[],
  advanced: Advanced[],
  slot: number,
  newId: () => string,
): SlotJudgement {
  const judged = watched.map((one) => {
    const triggers = judgedTriggers(one, advanced);
    const decision = decide(one, triggers, slot, newId());
    return { watched: one, triggers, decision, news: isNews(decision, one.lastDecision, triggers) };
  });
  const tripped = judged.filter(({ decision, news }) => news && decision.verdict === 'roll_back');
  return { advanced, judged, tripped: tripped.map(({ watched: one }) => one.service.key) };
}

interface Moment {
  slot: number;
  now: number;
  lateMs: number;
  newId: () => string;
}

/** Judge, with the fleet's facts: brakes, then everything this slot changes. Runs inside the transaction. */
export function slotCommit(
  judgement: SlotJudgement,
  answers: readonly Answer[],
  fleet: FleetFacts,
  { brakes, intervalMs }: { brakes: Brakes; intervalMs: number },
  moment: Moment,
): SlotCommit {
  const { slot, now, lateMs } = moment;
  const news = judgement.judged.filter((one) => one.news);
  const held = brakesOn(
    news.map(({ decision }) => decision),
    fleet,
    brakes,
  );
  const decided = news
    .map((one) => braked(one, held.get(one.decision.id), slot))
    .filter((one) => isNews(one.decision, one.watched.lastDecision, one.triggers));
  const effects = decided.map((one) => decisionEffects(one.watched, one.decision, now, moment.newId));
  const ends = judgement.judged.flatMap((one) =>
    // While it is being rolled back nothing is proven about it; the end of the run closes its watch.
    one.watched.activeRunId === null
      ? (closeWatch(one.watched.deployment, one.triggers, slot, intervalMs) ?? [])
      : [],
  );
  return {
    states: judgement.advanced.map(({ due, state }) => ({ ...keyOf(due), state })),
    readings: judgement.advanced.map(({ due, reading, state }) => ({
      ...keyOf(due),
      slot,
      reading,
      threshold: due.trigger.threshold,
      phase: state.phase,
      heldMs: state.heldMs,
      lateMs,
    })),
    asks: answers.map(({ query, at, answerDigest, tookMs, reading }) => ({
      slot,
      query,
      at,
      answerDigest,
      tookMs,
      error: reading.kind === 'unreachable' ? reading.reason : null,
    })),
    tripped: judgement.tripped,
    lateMs,
    deployments: ends.map(({ patch }) => patch),
    decisions: decided.map(({ decision }) => decision),
    newRuns: effects.flatMap((one) => one.newRuns ?? []),
    events: [
      ...judgement.advanced.flatMap(({ due, state, events }) => triggerEvents(due, state, events, slot)),
      ...effects.flatMap((one) => one.events ?? []),
      ...ends.map(({ event }) => event),
    ],
    notifications: effects.flatMap((one) => one.notifications ?? []),
  };
}

function braked(judged: Judged, brake: string | undefined, slot: number): Judged {
  if (!brake) return judged;
  return { ...judged, decision: decide(judged.watched, judged.triggers, slot, judged.decision.id, [brake]) };
}

/** Every trigger with its newest state, those not due in this slot included. */
function judgedTriggers(watched: Watched, advanced: readonly Advanced[]): JudgedTrigger[] {
  return watched.triggers.map(({ trigger, state }) => {
    const now = advanced.find(({ due }) => due.watched === watched && due.trigger.name === trigger.name);
    return { trigger, state: now?.state ?? state ?? initialTriggerState };
  });
}

function keyOf({ watched, trigger }: DueReading) {
  return { deploymentId: watched.deployment.id, trigger: trigger.name };
}
