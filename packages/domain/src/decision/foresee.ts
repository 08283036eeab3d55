import { cooldownLeftMs } from '../deployment/eligibility.ts';
import type { ReadPace } from '../deployment/read-pace.ts';
import { instantAfter } from '../instant-after.ts';
import type { EvaluationRules } from '../trigger/advance-trigger.ts';
import { isBreachingNow } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { standsStill } from '../trigger/stands-still.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { decide, isNews, isNoted } from './decide.ts';
import type { Decision } from './decision.ts';
import { carriedGuards, type GuardRecord, type LookedBack } from './guard.ts';
import { guardsOn } from './veto.ts';
import type { Watched } from './watched.ts';

/*
 * What will be decided if every breach goes on as it is and nothing new becomes known. It is `decide` itself that says so, asked
 * of each slot in which something changes by time alone: a hold is over, a cooldown ends, evidence was waited for long enough.
 * So what is announced and what is done cannot differ but by new facts. How a trigger stood before its deployment is such a
 * fact until somebody has looked: it is taken for healthy.
 */

export interface ForeseeRules extends EvaluationRules, ReadPace {
  now: number;
  /** From when on a brake of the fleet holds it back, and why; null for none. */
  brake?: { from: number; reason: string } | null;
}

export interface Foresight {
  /** What the next slot decides, told before or not. Null when nothing fires then. */
  next: Decision | null;
  /** What will be said or done, in order of time; each is news then. */
  news: Decision[];
}

/** As many turns as time alone may bring; there are fewer triggers and ends than that. */
const mostTurns = 64;

export function foresee(watched: Watched, rules: ForeseeRules): Foresight {
  const next = nextSlot(watched.triggers, rules);
  const seen = { ...watched, dependencyEvidence: asReadOn(watched, next, rules) };
  const turns = new Set([next, ...turnsOf(watched, rules)].filter((slot) => slot >= next));
  const foresight: Foresight = { next: null, news: [] };
  let { lastDecision } = watched;
  for (let turn = 0; turn < mostTurns && turns.size > 0; turn += 1) {
    const slot = Math.min(...turns);
    turns.delete(slot);
    const judged = judgedIn(watched.triggers, slot, rules);
    const decision = decideAhead({ ...seen, lastDecision }, judged, slot, rules);
    if (slot === next && decision.trigger !== null) foresight.next = decision;
    const news = isNews(decision, lastDecision, judged);
    if (news) foresight.news.push(decision);
    if (news || isNoted(decision, lastDecision)) lastDecision = decision;
    if (decision.verdict === 'roll_back') break; // its run changes everything after it
    for (const at of waitEnds(decision.guards, rules)) if (at > slot) turns.add(at);
  }
  return foresight;
}

function decideAhead(watched: Watched, judged: JudgedTrigger[], slot: number, rules: ForeseeRules): Decision {
  const given = { watched, judged, slot, id: '' };
  const first = decide(given);
  if (first.verdict !== 'roll_back') return first;
  const guards = guardsOn(watched, judged, (name) => lookedBack(watched, judged, name), {
    slot,
    intervalMs: rules.intervalMs,
    standingMs: rules.standingMs,
  });
  const guarded = decide({ ...given, guards });
  const { brake } = rules;
  return brake && slot >= brake.from && guarded.verdict === 'roll_back'
    ? decide({ ...given, guards, brakes: [brake.reason] })
    : guarded;
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
function asReadOn({ dependencyEvidence }: Watched, next: number, { intervalMs, standingMs }: ReadPace) {
  return dependencyEvidence.map((one) =>
    one.readAt !== null &&
    next - one.readAt <= 2 * (one.serves ? Math.max(intervalMs, standingMs) : intervalMs)
      ? { ...one, readAt: Number.MAX_SAFE_INTEGER }
      : one,
  );
}

type Standing = { trigger: RollbackTrigger; state: TriggerState | null };

/** The slot that is judged next; the one that has begun, while it is not judged yet. */
export function nextSlot(
  triggers: readonly { state: Pick<TriggerState, 'lastSlot'> | null }[],
  { now, intervalMs }: Pick<ForeseeRules, 'now' | 'intervalMs'>,
): number {
  const last = Math.max(...triggers.map(({ state }) => state?.lastSlot ?? Number.NEGATIVE_INFINITY));
  return Math.max(last + intervalMs, Math.floor(now / intervalMs) * intervalMs);
}

/** The slot in which a pending trigger fires if its breach goes on; null when its time stands still. */
export function firesIn({ trigger, state }: Standing, rules: ForeseeRules): number | null {
  if (state?.phase !== 'pending' || standsStill(state)) return null;
  const { intervalMs, outageToleranceMs } = rules;
  const next = nextSlot([{ state }], rules);
  const gap = next - (state.lastBreachSlot ?? next);
  const heldMs = gap > outageToleranceMs ? -intervalMs : state.heldMs;
  const slots = Math.max(1, Math.ceil((trigger.forMs - heldMs) / intervalMs));
  return next + (slots - 1) * intervalMs;
}

/** Every trigger as it will stand in a slot. */
function judgedIn(triggers: readonly Standing[], slot: number, rules: ForeseeRules): JudgedTrigger[] {
  return triggers.flatMap((one) => {
    const { trigger, state } = one;
    if (!state) return [];
    const fires = firesIn(one, rules);
    if (fires !== null && fires <= slot)
      return [{ trigger, state: { ...breachingIn(state, slot), phase: 'firing' as const, since: fires } }];
    return [{ trigger, state: isBreachingNow(state) ? breachingIn(state, slot) : state }];
  });
}

function breachingIn(state: TriggerState, slot: number): TriggerState {
  const heldMs = state.heldMs + Math.max(0, slot - (state.lastSlot ?? slot));
  return { ...state, lastSlot: slot, lastJudgedSlot: slot, lastBreachSlot: slot, heldMs };
}

function turnsOf(watched: Watched, rules: ForeseeRules): number[] {
  const { triggers, lastAttemptAt, service, lastDecision } = watched;
  const fires = triggers.flatMap((one) => firesIn(one, rules) ?? []);
  const { cooldownMs } = service.policy;
  const cooled =
    lastAttemptAt !== null && cooldownLeftMs(lastAttemptAt, cooldownMs, rules.now) > 0
      ? [slotFrom(instantAfter(lastAttemptAt, cooldownMs), rules)]
      : [];
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
