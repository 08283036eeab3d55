import { type NamedRelease, releaseAside } from '../deployment/release-words.ts';
import type { WithoutEvidence } from '../service/service.ts';
import { formatClock, formatReading, formatSpan } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { TriggerPart } from '../trigger/part.ts';
import { breaches } from '../trigger/proves-health.ts';
import type { Reading } from '../trigger/reading.ts';
import { readingInWords } from '../trigger/reading-in-words.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';

/*
 * What guards say of one trigger that would roll back by itself: something else is likelier at fault, nothing speaks against
 * it, or nobody can say. Unknown evidence is no consent: it is waited for, and when it stays away the service's policy says
 * what follows. It is counted from the first slot in which the trigger would have acted, and that slot is stored, so neither
 * a restart nor an answer in between begins it anew. Once a rollback was suggested for want of evidence it stays a suggestion
 * for as long as the trigger fires: a person is at it, and an answer that comes late does not act behind his back.
 *
 * Only what is asked of the outside may be missing. Cooldown, brakes, the target and how far back it lies are read in the
 * transaction that acts: without them nothing is committed.
 */

/** What was answered about one instant. */
export interface SeenBack {
  reading: Reading;
  /** What it is made of; absent where it says all. */
  parts?: TriggerPart[];
  samples: Reading | null;
}

/** What was answered about the time before a deployment started. */
export interface LookedBack extends SeenBack {
  /** How much the source knows of that time at all, as `memoryQuery` asks it. */
  memory: Reading;
}

/** How one trigger of a dependency's deployment stands, as far as it was not only logged. */
export interface DependencyEvidence {
  service: string;
  release: number;
  /** This and the origin are absent in what was stored without. */
  version?: string | null;
  origin?: NamedRelease['origin'];
  trigger: string;
  startedAt: number;
  /** Until when it was read: of what was taken back, until its rollback was done or had stopped. Null while it is read so. */
  watchClosedAt: number | null;
  /** Its watch was closed and it is the newest of its service, so that it is read on; see `isStanding`. */
  serves?: boolean;
  stands: 'breaches' | 'quiet' | 'unreadable';
  /** Why nobody can say whether it breaches; null when somebody can. */
  reason: string | null;
  /** The slot of its newest reading; null before the first. */
  readAt: number | null;
}

/** What is known of one firing trigger in one slot; with the trigger's definition enough to judge it again. */
export interface GuardFacts {
  trigger: string;
  slot: number;
  /** The slot in which it fired: a later firing is waited for anew. */
  firedAt: number;
  /** How it stood before its deployment started; null when that was not asked. */
  lookBack: LookedBack | null;
  /** Dependencies deployed in the same window, those that breach or cannot be read. */
  dependencies: DependencyEvidence[];
  withoutEvidence: WithoutEvidence;
  /** How long missing evidence is waited for, in milliseconds. */
  waitMs: number;
  /** The first slot of this firing in which evidence was missing; null: in none before this one. */
  unknownSince: number | null;
}

/** `clear`: nothing speaks against it. `objects`: a veto. `waits`: for evidence. `gave-up`: evidence stayed away, it suggests. */
export type GuardOutcome = 'clear' | 'objects' | 'waits' | 'gave-up';

/** Facts and what was made of them; stored with the decision. */
export interface GuardRecord extends GuardFacts {
  outcome: GuardOutcome;
  /** In words: the evidence against it, or what could not be read and what follows. Null when nothing speaks against it. */
  reason: string | null;
}

/** Judge: what its guards make of a trigger that would act by itself. */
export function judgeGuard(definition: RollbackTrigger, facts: GuardFacts): GuardRecord {
  const objection = breachedBefore(definition, facts.lookBack) ?? sharedBreach(facts.dependencies);
  if (objection !== null) return { ...facts, outcome: 'objects', reason: objection };
  const unknown = unreadable(definition, facts);
  if (unknown === null) return { ...facts, outcome: 'clear', reason: null };
  return whileUnknown({ ...facts, unknownSince: facts.unknownSince ?? facts.slot }, unknown);
}

function whileUnknown(facts: GuardFacts & { unknownSince: number }, unknown: string): GuardRecord {
  const { slot, withoutEvidence, waitMs, unknownSince } = facts;
  const until = unknownSince + waitMs;
  const since = `since ${formatClock(unknownSince)}`;
  if (withoutEvidence === 'wait') {
    const reason = `it waits for evidence ${since}: ${unknown}; it goes on waiting until that can be read or a person rolls back`;
    return { ...facts, outcome: 'waits', reason };
  }
  if (slot < until) {
    const next = withoutEvidence === 'act' ? 'it rolls back without it' : 'a rollback is suggested instead';
    const reason = `it waits for evidence ${since}: ${unknown}; at ${formatClock(until)} ${next} unless that can be read by then`;
    return { ...facts, outcome: 'waits', reason };
  }
  const waited = `${unknown}; it was waited for ${formatSpan(slot - unknownSince)}, ${since}`;
  if (withoutEvidence === 'act')
    return { ...facts, outcome: 'clear', reason: `${waited}, and the policy says to act without it` };
  const reason = `${waited}, so it does not act by itself on this breach any more: check that and roll back yourself`;
  return { ...facts, outcome: 'gave-up', reason };
}

/** How a look into the past or at another service ends: what the trigger would say of it, or why nobody knows. */
type Said = { kind: 'breach' } | { kind: 'healthy' } | { kind: 'unknown'; reason: string };

/**
 * What a reading says as evidence. Unlike in the machine, where silence keeps the state that was there, there is no state to
 * keep: what a policy does not call healthy or a breach is unknown. A breach on too few samples is no breach, and known.
 */
export function saidBy(trigger: RollbackTrigger, { reading, samples }: SeenBack): Said {
  const byPolicy = (policy: 'hold' | 'healthy' | 'breach'): Said =>
    policy === 'hold' ? unknownBy(reading, trigger.unit) : { kind: policy };
  switch (reading.kind) {
    case 'value': {
      if (!breaches(trigger, reading.value)) return { kind: 'healthy' };
      if (!trigger.minSamples) return { kind: 'breach' };
      if (samples?.kind !== 'value') return unknownBy(samples, '', 'its companion query: ');
      return { kind: samples.value >= trigger.minSamples.atLeast ? 'breach' : 'healthy' };
    }
    case 'no-data':
      // What can tell nothing any more breaches no longer, and no answer of it can be waited for.
      if (reading.over) return { kind: 'healthy' };
      return byPolicy(trigger.onNoData);
    case 'not-a-number':
      return byPolicy(trigger.onNotANumber);
    case 'unreachable':
    case 'ambiguous':
      return unknownBy(reading, trigger.unit);
  }
}

function unknownBy(reading: Reading | null, unit: string, of = ''): Said {
  return { kind: 'unknown', reason: `${of}${reading ? formatReading(reading, unit) : 'not asked'}` };
}

/**
 * What a look back says. Silence of then is known where the source shows that it was there and listened: without series and
 * without requests nothing breached. Of a source that holds nothing of that time, it says nothing.
 */
function saidBefore(trigger: RollbackTrigger, seen: LookedBack | null): Said {
  if (!seen) return { kind: 'unknown', reason: 'not asked' };
  const said = saidBy(trigger, seen);
  if (said.kind !== 'unknown') return said;
  const { reading, memory } = seen;
  if (reading.kind !== 'no-data' && reading.kind !== 'not-a-number') return said;
  if (memory.kind === 'value' && memory.value > 0) return { kind: 'healthy' };
  return { kind: 'unknown', reason: `${said.reason}, and nothing shows that its source listened then` };
}

function breachedBefore(trigger: RollbackTrigger, seen: LookedBack | null): string | null {
  if (!seen || saidBefore(trigger, seen).kind !== 'breach') return null;
  return `it breached before this deployment started (${readingInWords(trigger, seen.reading, seen.parts)}), so this release is probably not the cause`;
}

function sharedBreach(dependencies: readonly DependencyEvidence[]): string | null {
  const shared = dependencies.find(({ stands }) => stands === 'breaches');
  if (!shared) return null;
  const { service, trigger } = shared;
  return `${service}, which it depends on, was deployed in the same window (${calledAside(shared)}) and breaches ${trigger} too`;
}

/** What was stored without a version is judged again in the words of then. */
function calledAside({ release, version = null, origin }: DependencyEvidence): string {
  return releaseAside({ release, version, origin });
}

/** What of the evidence is missing, in words; null when all of it is there. */
function unreadable(
  trigger: RollbackTrigger,
  { lookBack, dependencies }: Pick<GuardFacts, 'lookBack' | 'dependencies'>,
): string | null {
  const before = saidBefore(trigger, lookBack);
  if (before.kind === 'unknown')
    return `whether it breached before this deployment started cannot be read (${before.reason})`;
  const other = dependencies.find(({ stands }) => stands === 'unreadable');
  return other
    ? `whether ${other.service}, which it depends on and which was deployed in the same window (${calledAside(other)}), breaches ${other.trigger} cannot be read (${other.reason})`
    : null;
}

/** What the last decision knew of triggers that have fired on since. By trigger. */
export function carriedGuards(
  last: { guards: readonly GuardRecord[] } | null,
  judged: readonly JudgedTrigger[],
): Map<string, GuardRecord> {
  if (!last || last.guards.length === 0) return new Map();
  const firedAt = new Map(
    judged.flatMap(({ trigger, state }): [string, number][] =>
      state.phase === 'firing' ? [[trigger.name, state.since]] : [],
    ),
  );
  const carried = last.guards.filter((one) => firedAt.get(one.trigger) === one.firedAt);
  return new Map(carried.map((one) => [one.trigger, one]));
}

/** What a decision stores of its guards, with the definitions of what fired. */
interface JudgedByGuards {
  guards: readonly GuardRecord[];
  evidence: readonly { trigger: string; definition?: RollbackTrigger }[];
}

/** Judges the guards of a stored decision again, from what was stored with it alone. */
export function judgeGuardsAgain({ guards, evidence }: JudgedByGuards): GuardRecord[] {
  return guards.flatMap(({ outcome: _outcome, reason: _reason, ...facts }) => {
    const definition = evidence.find(({ trigger }) => trigger === facts.trigger)?.definition;
    return definition ? [judgeGuard(definition, facts)] : [];
  });
}
