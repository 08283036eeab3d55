import {
  type Answer,
  type AskedQuery,
  type Brakes,
  basisOf,
  brakesOn,
  type Contender,
  contenderOf,
  type Decision,
  type DueReading,
  decide,
  type FleetFacts,
  type GroupFacts,
  type GuardRecord,
  guardsOn,
  initialTriggerState,
  isNews,
  isNoted,
  isStanding,
  type JudgedReading,
  type JudgedTrigger,
  type LookBack,
  type LookedBack,
  neededLookBacks,
  type Reading,
  type ReadPace,
  type SlotCommit,
  type TriggerEvent,
  type TriggerState,
  trippedServices,
  trips,
  type Watched,
} from '@lastgood/domain';
import { decisionEffects } from './decision-effects.ts';
import { endedAcknowledgement, endOfWatch, recovered } from './slot-ends.ts';
import { triggerEvents } from './trigger-events.ts';

/** A due reading with the state and events it led to. */
export interface Advanced {
  due: DueReading;
  reading: Reading;
  /** What else the trigger machine was given. */
  given: Pick<JudgedReading, 'definition' | 'parts' | 'samples' | 'counts' | 'settling'>;
  state: TriggerState;
  events: TriggerEvent[];
}

/** One watched deployment as this slot judged it. */
interface Judged {
  watched: Watched;
  triggers: JudgedTrigger[];
  decision: Decision;
  news: boolean;
  guards: ReadonlyMap<string, GuardRecord>;
}

export interface SlotJudgement {
  advanced: Advanced[];
  judged: Judged[];
}

/** Judge, before guards and before the fleet is known. Pure but for the ids. */
export function judgeSlot(
  watched: readonly Watched[],
  advanced: Advanced[],
  slot: number,
  newId: () => string,
): SlotJudgement {
  const ofWatched = Map.groupBy(advanced, ({ due }) => due.watched);
  const judged = watched.map((one) => {
    const triggers = judgedTriggers(one, ofWatched.get(one) ?? []);
    const decision = decide({ watched: one, judged: triggers, slot, id: newId() });
    return judgedAs(one, triggers, decision, new Map());
  });
  return { advanced, judged };
}

function judgedAs(
  watched: Watched,
  triggers: JudgedTrigger[],
  decision: Decision,
  guards: ReadonlyMap<string, GuardRecord>,
): Judged {
  const news = isNews(decision, watched.lastDecision, triggers, watched.toldOverAt);
  return { watched, triggers, decision, news, guards };
}

/** Ask, a second time: only what would be rolled back by itself now is looked back on. */
export function lookBacksOf(judgement: SlotJudgement, intervalMs: number): LookBack[] {
  return tripping(judgement).flatMap((one) => neededLookBacks(one.watched, one.triggers, intervalMs));
}

/** Judge again, knowing how the triggers stood before the deployments started. */
export function guarded(
  judgement: SlotJudgement,
  seen: (deploymentId: string, trigger: string) => LookedBack | null,
  moment: ReadPace & { slot: number },
): SlotJudgement {
  const doubted = new Set(tripping(judgement));
  const judged = judgement.judged.map((one) => {
    if (!doubted.has(one)) return one;
    const { watched, triggers, decision } = one;
    const guards = guardsOn(watched, triggers, (name) => seen(watched.deployment.id, name), moment);
    const again = decide({ watched, judged: triggers, slot: moment.slot, id: decision.id, guards });
    return judgedAs(watched, triggers, again, guards);
  });
  return { ...judgement, judged };
}

/** What would be rolled back by itself now, guards and all: of these somebody looks who would have to go back too. */
export function goingBack(judgement: SlotJudgement): Watched[] {
  return tripping(judgement).map(({ watched }) => watched);
}

/** Judge once more, knowing who would have to go back with each; by deployment. */
export function grouped(
  judgement: SlotJudgement,
  groups: ReadonlyMap<string, GroupFacts>,
  slot: number,
): SlotJudgement {
  const judged = judgement.judged.map((one) => {
    const group = groups.get(one.watched.deployment.id);
    if (!group) return one;
    const { triggers, decision, guards } = one;
    const watched = { ...one.watched, group };
    return judgedAs(
      watched,
      triggers,
      decide({ watched, judged: triggers, slot, id: decision.id, guards }),
      guards,
    );
  });
  return { ...judgement, judged };
}

/**
 * Services for which an automatic rollback is wanted now, before brakes; those that lack nothing but evidence included, and those
 * that would go back with another.
 */
export function trippedBy({ judged }: SlotJudgement): string[] {
  return trippedServices(judged.filter(isTripped).map(({ decision }) => decision));
}

function isTripped({ decision, news }: Judged): boolean {
  return decision.verdict === 'roll_back' ? news : trips(decision);
}

function tripping({ judged }: SlotJudgement): Judged[] {
  return judged.filter(({ decision, news }) => news && decision.verdict === 'roll_back');
}

interface Moment {
  slot: number;
  intervalMs: number;
  now: number;
  lateMs: number;
  newId: () => string;
  fleet: FleetFacts;
  brakes: Brakes;
  standingMs: number;
  /** What was asked about a deployment, by its id. */
  asked: (deploymentId: string) => readonly AskedQuery[];
}

/** Judge, with the fleet's facts: brakes, then everything this slot changes. Runs inside the transaction. */
export function slotCommit(judgement: SlotJudgement, answers: readonly Answer[], moment: Moment): SlotCommit {
  const { slot, intervalMs, now, lateMs, newId, fleet, brakes } = moment;
  const contenders = judgement.judged
    .filter(isTripped)
    .flatMap(({ decision }) => contenderOf(decision) ?? []);
  const { held, goesWith } = brakesOn(contenders, fleet, brakes);
  const stored = judgement.judged.filter(isStored);
  const decided = stored.map((one) => {
    const leader = goesWith.get(one.watched.service.key);
    return braked(one, { brake: held.get(one.decision.id), goesWith: leader?.name }, slot);
  });
  const asDecided = new Map(decided.map((one) => [one.watched, one]));
  const news = decided.filter((one) => one.news);
  const effects = news.map((one) => decisionEffects(one, now, newId));
  const ends = judgement.judged.flatMap((one) => endOfWatch(one, slot, intervalMs) ?? []);
  const over = new Set(ends.filter(({ isOver }) => isOver).map(({ patch }) => patch.id));
  return {
    states: judgement.advanced.map(({ due, state }) => ({
      ...keyOf(due),
      state,
      standing: isStanding(due.watched.deployment),
    })),
    readings: judgement.advanced.map(({ due, reading, given, state }) => ({
      ...given,
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
    tripped: trippedBy(judgement),
    endedAcknowledgements: judgement.judged.flatMap((one) =>
      endedAcknowledgement(asDecided.get(one.watched) ?? one, now),
    ),
    lateMs,
    deployments: ends.map(({ patch }) => patch),
    decisions: decided.filter(isStored).map((one) => withBasis(one, contenders, moment)),
    newRuns: effects.flatMap((one) => one.newRuns ?? []),
    events: [
      ...judgement.advanced.flatMap(({ due, state, events }) => triggerEvents(due, state, events, slot)),
      ...effects.flatMap((one) => one.events ?? []),
      ...ends.map(({ event }) => event),
    ],
    notifications: [
      ...effects.flatMap((one) => one.notifications ?? []),
      ...ends.flatMap(({ notifications }) => notifications),
      ...judgement.judged.flatMap((one) => recovered(one, slot, over.has(one.watched.deployment.id))),
    ],
  };
}

function withBasis(
  { watched, triggers, decision }: Judged,
  contenders: readonly Contender[],
  { intervalMs, standingMs, fleet, brakes, asked }: Moment,
): Decision {
  const pace = { intervalMs, standingMs };
  const counted = { limits: brakes, fleet, contenders };
  const given = { watched, judged: triggers, decision, pace, asked: asked(watched.deployment.id) };
  return { ...decision, basis: basisOf({ ...given, ...counted }) };
}

function isStored({ news, decision, watched }: Judged): boolean {
  return news || isNoted(decision, watched.lastDecision);
}

function braked(
  judged: Judged,
  { brake, goesWith }: { brake: string | undefined; goesWith: string | undefined },
  slot: number,
): Judged {
  if (brake === undefined && goesWith === undefined) return judged;
  const { watched, triggers, decision, guards } = judged;
  const { id } = decision;
  const brakes = brake === undefined ? [] : [brake];
  const again = decide({ watched, judged: triggers, slot, id, brakes, guards, goesWith });
  return judgedAs(watched, triggers, again, guards);
}

/** Every trigger with its newest state, those not due in this slot included; `advanced` are its own. */
function judgedTriggers(watched: Watched, advanced: readonly Advanced[]): JudgedTrigger[] {
  return watched.triggers.map(({ trigger, state }) => {
    const now = advanced.find(({ due }) => due.trigger.name === trigger.name);
    return { trigger, state: now?.state ?? state ?? initialTriggerState };
  });
}

function keyOf({ watched, trigger }: DueReading) {
  return { deploymentId: watched.deployment.id, trigger: trigger.name };
}
