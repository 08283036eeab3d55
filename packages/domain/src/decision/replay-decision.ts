import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { JudgedReading } from '../trigger/judged-reading.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { BrakesBasis, DecisionBasis, KeptBasis } from './basis.ts';
import { brakesOn, contenderOf, isTooMany, tooMany } from './brakes.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { GroupFacts } from './group-evidence.ts';
import { type GuardRecord, judgeGuard, type LookedBack } from './guard.ts';
import { type ReplayedSlot, replay } from './replay.ts';
import { decisionDifferences, readingDifferences } from './replay-differences.ts';
import { countedDependencies } from './veto.ts';
import type { Decidable } from './watched.ts';

/** A decision, judged again from what is stored. */
export type DecisionReplay =
  | {
      kind: 'replayed';
      /** As it is judged now. */
      decision: Decision;
      slots: ReplayedSlot[];
      /** In words, in what it differs from what was stored; empty: in nothing. */
      differences: string[];
      /** How many readings come out otherwise. */
      differing: number;
    }
  /** It cannot be judged again, and why, in words. What the readings alone give is there all the same. */
  | { kind: 'cannot'; reason: string; slots: ReplayedSlot[]; differences: string[]; differing: number };

/**
 * Judges a stored decision again: its triggers from their readings, its guards, group and brakes from what was stored with it.
 * What was concluded then is looked at for nothing but to be compared.
 *
 * @param readings all of its deployment up to its slot that are kept, in any order
 * @param isCut whether older ones were there and are not kept: what had fired in them is not known
 */
export function replayDecision(
  stored: Decision,
  readings: readonly JudgedReading[],
  isCut = false,
): DecisionReplay {
  const until = readings.filter(({ slot }) => slot <= stored.slot);
  const slots = replay(until);
  const { differences, differing, unknown } = readingDifferences(until, slots, isCut);
  const { basis } = stored;
  const lacks = whyNot(basis);
  if (lacks !== null || !isKept(basis))
    return { kind: 'cannot', reason: lacks ?? '', slots, differences, differing };
  if (stored.trigger !== null && unknown.has(stored.trigger)) {
    const reason = `the breach of ${stored.trigger} began before the oldest reading that is kept`;
    return { kind: 'cannot', reason, slots, differences, differing };
  }
  const judged = judgedAgain(stored, basis, slots);
  const missing = stored.evidence.filter(({ trigger }) => !judged.has(trigger));
  if (missing.length > 0) {
    const reason = `no reading of ${missing.map(({ trigger }) => trigger).join(', ')} is kept`;
    return { kind: 'cannot', reason, slots, differences, differing };
  }
  const decision = decideAgain(stored, basis, [...judged.values()]);
  return {
    kind: 'replayed',
    decision,
    slots,
    differing,
    differences: [...differences, ...decisionDifferences(stored, decision, isCut)],
  };
}

function whyNot(basis: DecisionBasis | null | undefined): string | null {
  if (!basis) return 'its restraints were kept as words only';
  // Written by a newer server, perhaps.
  if ((basis.version as number) !== 1)
    return `its restraints are of version ${basis.version}, which is not known here`;
  return 'tooLong' in basis ? 'its restraints were too long to be kept but as words' : null;
}

export function isKept(basis: DecisionBasis | null | undefined): basis is KeptBasis {
  return whyNot(basis) === null;
}

/** Every trigger as it stood, in the order of then: by its readings, and what was not due as its newest reading left it. */
function judgedAgain(stored: Decision, { notDue }: KeptBasis, slots: readonly ReplayedSlot[]) {
  const newest = new Map(
    slots.flatMap(({ judged }) => judged.map((one): [string, JudgedTrigger] => [one.trigger.name, one])),
  );
  const aside = new Map(notDue.map((one) => [one.trigger.name, one]));
  return new Map(
    stored.evidence.flatMap(({ trigger: name }): [string, JudgedTrigger][] => {
      const [read, other] = [newest.get(name), aside.get(name)];
      if (!other) return read?.state.lastSlot === stored.slot ? [[name, read]] : [];
      const state = other.hasState ? read?.state : initialTriggerState;
      return state ? [[name, { trigger: other.trigger, state }]] : [];
    }),
  );
}

function decideAgain(stored: Decision, basis: KeptBasis, judged: readonly JudgedTrigger[]): Decision {
  const guards = stored.guards.flatMap((one) => guardAgain(one, stored, basis, judged) ?? []);
  const now = guards.filter(({ slot }) => slot === stored.slot);
  const given = {
    watched: decidable(stored, basis, guards),
    judged,
    slot: stored.slot,
    id: stored.id,
    guards: new Map(now.map((one): [string, GuardRecord] => [one.trigger, one])),
  };
  const unbraked = decide(given);
  const { brake, goesWith } = brakedAgain(unbraked, basis.brakes);
  if (brake === undefined && goesWith === undefined) return asStored(unbraked);
  return asStored(decide({ ...given, brakes: brake === undefined ? [] : [brake], goesWith }));
}

function asStored({ beside: _beside, ...decision }: Decision): Decision {
  return decision;
}

function decidable(stored: Decision, { restraints }: KeptBasis, guards: GuardRecord[]): Decidable {
  const { policy, ...rest } = restraints;
  const { outcome: _outcome, members: _members, reasons: _reasons, ...facts } = stored.group ?? {};
  return {
    ...rest,
    service: { key: stored.service, policy },
    lastDecision: { guards: guards.filter(({ slot }) => slot !== stored.slot) },
    group: 'asked' in facts ? (facts as GroupFacts) : null,
  };
}

/** Null where its trigger does not fire any more. */
function guardAgain(
  { outcome: _outcome, reason: _reason, ...facts }: GuardRecord,
  { slot }: Decision,
  { veto, restraints }: KeptBasis,
  judged: readonly JudgedTrigger[],
): GuardRecord | null {
  const found = judged.find(({ trigger }) => trigger.name === facts.trigger);
  if (found?.state.phase !== 'firing') return null;
  const lookBack = facts.lookBack && seenAgain(found.trigger, facts.lookBack);
  if (facts.slot !== slot || !veto) return judgeGuard(found.trigger, { ...facts, lookBack });
  const { startedAt } = restraints.deployment;
  const dependencies =
    veto.dependenciesLeftOut > 0
      ? facts.dependencies
      : countedDependencies({ startedAt, policy: restraints.policy }, veto.dependencies, { ...veto, slot });
  return judgeGuard(found.trigger, { ...facts, lookBack, dependencies, firedAt: found.state.since });
}

/** What was answered about the time before, judged from its parts where these were kept. */
function seenAgain(trigger: RollbackTrigger, seen: LookedBack): LookedBack {
  return seen.parts ? { ...seen, reading: triggerKind(trigger).judge(trigger, seen.parts) } : seen;
}

/** What the brakes make of it among those that tripped with it; of itself as it is judged now. */
function brakedAgain(
  unbraked: Decision,
  basis: BrakesBasis | null,
): { brake: string | undefined; goesWith: string | undefined } {
  if (!basis) return { brake: undefined, goesWith: undefined };
  const { limits, fleet, trip, contenders } = basis;
  const own = contenderOf(unbraked);
  if (isTooMany(trip, fleet, limits)) {
    const brake = own?.acts ? tooMany(limits, fleet, trip, own.takes.length) : undefined;
    return { brake, goesWith: undefined };
  }
  const others = contenders.flatMap((one) => (one.id === unbraked.id ? (own ?? []) : one));
  const { held, goesWith } = brakesOn(others, fleet, limits);
  return { brake: held.get(unbraked.id), goesWith: goesWith.get(unbraked.service)?.name };
}
