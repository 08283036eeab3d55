import type { ReadPace } from '../deployment/read-pace.ts';
import { instantAfter } from '../instant-after.ts';
import type { EvaluationRules } from '../trigger/advance-trigger.ts';
import { isBreachingNow } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { standsStill } from '../trigger/stands-still.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { brakedOverMs, brakesOn, contenderOf, servicesOf, trips } from './brakes.ts';
import type { Brakes } from './contender.ts';
import { decide, isNews, isNoted } from './decide.ts';
import type { Decision } from './decision.ts';
import { carriedGuards, type GuardRecord, type LookedBack } from './guard.ts';
import { guardsOn, wasReadInTime } from './veto.ts';
import type { Watched } from './watched.ts';

/*
 * What will be decided if every breach goes on as it is and nothing new becomes known. It is `decide` itself that says so, asked
 * of each slot in which something changes by time alone: a hold is over, a cooldown ends, evidence was waited for long enough, an
 * automatic rollback is an hour old and holds back no other.
 * So what is announced and what is done cannot differ but by new facts. How a trigger stood before its deployment is such a
 * fact until somebody has looked: it is taken for healthy. So is who would have to go back with it: what the last decision knew.
 */

export interface ForeseeRules extends EvaluationRules, ReadPace {
  now: number;
  brakes: Brakes;
  /** When the automatic rollbacks were queued that brakes count, and perhaps older ones, in any order. */
  automaticAt: readonly number[];
}

export interface Foresight {
  /** What the next slot decides, told before or not. Null when nothing fires then. */
  next: Decision | null;
  /** What will be said or done, in order of time; each is news then. It ends with a rollback, which changes everything after it. */
  news: Decision[];
}

/** As many slots as time alone may bring in which something changes: what is further ahead is not looked at. */
const mostTurns = 200;

/** By the id of its deployment, what will be decided about each of all that are in breach: one breach may hold another back. */
export function foresee(watched: readonly Watched[], rules: ForeseeRules): Map<string, Foresight> {
  const all = watched.map((one) => lookAhead(one, rules));
  const slots = new Set(all.flatMap(({ turns }) => [...turns]));
  const automaticAt = [...rules.automaticAt];
  for (let turn = 0; turn < mostTurns && slots.size > 0; turn += 1) {
    const slot = Math.min(...slots);
    slots.delete(slot);
    const due = all.filter(
      (one) => !one.isOver && slot >= one.next && (one.turns.has(slot) || one.isTripping),
    );
    const decided = due.map((one) => ({ one, ...decideAhead(one, slot) }));
    const counted = automaticAt.filter((at) => at > slot - brakedOverMs);
    const facts = { automaticInLastHour: counted.length, trippedInSlot: 0 };
    const contenders = decided.flatMap(
      ({ one, decision }) => contenderOf({ ...decision, id: one.watched.deployment.id }) ?? [],
    );
    const { held, goesWith } = brakesOn(contenders, facts, rules.brakes);
    for (const { one, judged, decision, guards } of decided) {
      const brake = held.get(one.watched.deployment.id);
      const leader = goesWith.get(one.watched.service.key);
      const given = { watched: one.watched, judged, slot, id: '', guards };
      const isAsIs = brake === undefined && leader === undefined;
      const brakedBy = brake === undefined ? {} : { brakes: [brake] };
      take(one, isAsIs ? decision : decide({ ...given, ...brakedBy, goesWith: leader?.service }), judged);
      // It is queued once its slot has begun.
      if (one.isOver) automaticAt.push(...servicesOf(decision).map(() => slot + 1));
      one.isOver ||= leader !== undefined;
      one.isTripping = !one.isOver && (brake !== undefined || trips(decision));
      for (const at of waitEnds(decision.guards, rules))
        if (at > slot) {
          one.turns.add(at);
          slots.add(at);
        }
    }
    if (held.size > 0 && counted.length > 0) slots.add(slotFrom(Math.min(...counted) + brakedOverMs, rules));
  }
  return new Map(all.map(({ watched: { deployment }, foresight }) => [deployment.id, foresight]));
}

/** One deployment on its way ahead. */
interface Ahead {
  /** With the last decision as it will be stored by then. */
  watched: Watched;
  /** Its next slot. */
  next: number;
  /** Slots in which something changes by time alone. */
  turns: Set<number>;
  /** Whether it counts for the brakes in every slot: it wants a rollback that is held back. */
  isTripping: boolean;
  isOver: boolean;
  foresight: Foresight;
  rules: ForeseeRules;
}

function lookAhead(watched: Watched, rules: ForeseeRules): Ahead {
  const next = nextSlot(watched.triggers, rules);
  return {
    watched: {
      ...watched,
      dependencyEvidence: asReadOn(watched, next, rules),
      group: watched.lastDecision?.group ?? null,
    },
    next,
    turns: new Set([next, ...turnsOf(watched, next, rules)].filter((slot) => slot >= next)),
    isTripping: false,
    isOver: false,
    foresight: { next: null, news: [] },
    rules,
  };
}

function decideAhead(one: Ahead, slot: number) {
  const { watched } = one;
  const { intervalMs, standingMs } = one.rules;
  const judged = judgedIn(one, slot);
  const first = decide({ watched, judged, slot, id: '' });
  if (first.verdict !== 'roll_back')
    return { judged, decision: first, guards: new Map<string, GuardRecord>() };
  const seen = (name: string) => lookedBack(watched, judged, name);
  const guards = guardsOn(watched, judged, seen, { slot, intervalMs, standingMs });
  return { judged, guards, decision: decide({ watched, judged, slot, id: '', guards }) };
}

function take(one: Ahead, decision: Decision, judged: readonly JudgedTrigger[]): void {
  const { watched, foresight } = one;
  if (decision.slot === one.next && decision.trigger !== null) foresight.next = decision;
  const news = isNews(decision, watched.lastDecision, judged, watched.toldOverAt);
  if (news) foresight.news.push(decision);
  if (news || isNoted(decision, watched.lastDecision)) one.watched = { ...watched, lastDecision: decision };
  one.isOver = decision.verdict === 'roll_back';
}

/** What was found in this firing, else health: nobody has looked yet. */
function lookedBack(watched: Watched, judged: readonly JudgedTrigger[], name: string): LookedBack | null {
  const known = carriedGuards(watched.lastDecision, judged).get(name);
  if (known) return known.lookBack;
  const trigger = judged.find((one) => one.trigger.name === name)?.trigger;
  if (!trigger) return null;
  const healthy = { kind: 'value', value: trigger.threshold } as const;
  return { reading: healthy, samples: null, memory: healthy };
}

/** What was read in time goes on to be read. */
function asReadOn({ dependencyEvidence }: Watched, next: number, pace: ReadPace) {
  return dependencyEvidence.map((one) =>
    one.readAt !== null && wasReadInTime(one.readAt, one.serves, next, pace)
      ? { ...one, readAt: Number.MAX_SAFE_INTEGER }
      : one,
  );
}

type Standing = { trigger: RollbackTrigger; state: TriggerState | null };

/** The slot that is judged next; the one that has begun, while it is not judged yet. */
function nextSlot(
  triggers: readonly { state: Pick<TriggerState, 'lastSlot'> | null }[],
  { now, intervalMs }: Pick<ForeseeRules, 'now' | 'intervalMs'>,
): number {
  const last = Math.max(...triggers.map(({ state }) => state?.lastSlot ?? Number.NEGATIVE_INFINITY));
  return Math.max(last + intervalMs, Math.floor(now / intervalMs) * intervalMs);
}

/** The slot in which a pending trigger fires if its breach goes on; null when its time stands still. */
function firesIn({ trigger, state }: Standing, next: number, rules: EvaluationRules): number | null {
  if (state?.phase !== 'pending' || standsStill(state)) return null;
  const { intervalMs } = rules;
  const heldMs = heldBefore(state, next, rules);
  const slots = Math.max(1, Math.ceil((trigger.forMs - heldMs) / intervalMs));
  return next + (slots - 1) * intervalMs;
}

/** Every trigger as it will stand in a slot: what breaches goes on to, and its time counts as the machine counts it. */
function judgedIn({ watched: { triggers }, next, rules }: Ahead, slot: number): JudgedTrigger[] {
  return triggers.flatMap((one) => {
    const { trigger, state } = one;
    if (!state) return [];
    if (!isBreachingNow(state)) return [{ trigger, state }];
    const breaching = { ...state, lastSlot: slot, lastJudgedSlot: slot, lastBreachSlot: slot };
    const fires = firesIn(one, next, rules);
    if (fires === null) return [{ trigger, state: breaching }];
    const { intervalMs } = rules;
    const slots = (Math.min(slot, fires) - next) / intervalMs + 1;
    const heldMs = heldBefore(state, next, rules) + slots * intervalMs;
    const fired = fires <= slot ? ({ phase: 'firing', since: fires } as const) : {};
    return [{ trigger, state: { ...breaching, heldMs, ...fired } }];
  });
}

/** After too long a gap the machine begins to count anew, from nothing. */
function heldBefore(
  state: TriggerState,
  next: number,
  { intervalMs, outageToleranceMs }: EvaluationRules,
): number {
  return next - (state.lastBreachSlot ?? next) > outageToleranceMs ? -intervalMs : state.heldMs;
}

function turnsOf(watched: Watched, next: number, rules: ForeseeRules): number[] {
  const { triggers, lastAttemptAt, service, lastDecision, dependencyEvidence } = watched;
  const fires = triggers.flatMap((one) => firesIn(one, next, rules) ?? []);
  const { cooldownMs } = service.policy;
  const cooled = [
    ...(lastAttemptAt === null ? [] : [lastAttemptAt]),
    // What was taken back speaks against a rollback for as long.
    ...dependencyEvidence.flatMap(({ watchClosedAt }) => watchClosedAt ?? []),
  ].map((at) => slotFrom(instantAfter(at, cooldownMs), rules));
  return [...fires, ...cooled, ...waitEnds(lastDecision?.guards ?? [], rules)];
}

function waitEnds(guards: readonly GuardRecord[], rules: ForeseeRules): number[] {
  return guards.flatMap(({ outcome, withoutEvidence, unknownSince, waitMs }) =>
    outcome === 'waits' && withoutEvidence !== 'wait' && unknownSince !== null
      ? [slotFrom(unknownSince + waitMs, rules)]
      : [],
  );
}

/** The first slot at or after an instant. */
function slotFrom(at: number, { intervalMs }: Pick<ForeseeRules, 'intervalMs'>): number {
  return Math.ceil(at / intervalMs) * intervalMs;
}
