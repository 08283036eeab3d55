import { isAnyRestless, isReadIn, type ReadPace, readEveryMs } from '../deployment/read-pace.ts';
import { instantAfter } from '../instant-after.ts';
import { waitsForPod } from '../trigger/not-known-yet.ts';
import { breaches } from '../trigger/proves-health.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { KnownRelease, KnownService, Moment } from './known-service.ts';

/** What was read longer ago than so many slots of its pace says nothing about now. */
export const staleAfterSlots = 4;

type Standing = { trigger: RollbackTrigger; state: TriggerState | null };

/** How the serving release of a service is read. */
export type HowRead =
  | { kind: 'read'; at: number }
  /** Its first slot has not come. */
  | { kind: 'starting'; firstAt: number }
  | { kind: 'unread'; at: number | null; reason: string };

/** Triggers that say how a service stands: those that only record say so only where there are no others. */
export function deciding(triggers: readonly Standing[]): readonly Standing[] {
  const acting = triggers.filter(({ trigger }) => isDeciding(trigger));
  return acting.length > 0 ? acting : triggers;
}

export function isDeciding({ severity, shadow }: RollbackTrigger): boolean {
  return severity !== 'log_only' && !shadow;
}

/** How often it is read, in milliseconds; null for what is not read at all, as a rollback while its run works. */
function paceOf(
  { release, triggers }: Pick<KnownService, 'release' | 'triggers'>,
  pace: ReadPace,
): number | null {
  if (!release) return null;
  const states = triggers.map(({ state }) => state);
  return readEveryMs(release, states, pace);
}

/** Whether and when the serving release was read: every trigger that decides was asked in time, and one of them at least has said something. */
export function howRead(known: KnownService, moment: Moment): HowRead {
  const { release } = known;
  const triggers = deciding(known.triggers);
  const at = readAtOf(triggers);
  if (!release) return { kind: 'unread', at: null, reason: waitsForPod };
  if (triggers.length === 0)
    return { kind: 'unread', at: null, reason: 'nothing watches it: it has no triggers' };
  const pace = paceOf(known, moment);
  if (pace === null) return { kind: 'unread', at, reason: 'it is not read while a rollback goes on' };
  const limit = staleAfterSlots * pace;
  const due = triggers.filter(
    ({ trigger }) => moment.now > instantAfter(release.startedAt, trigger.initialDelayMs) + limit,
  );
  const begun = triggers.filter(({ state }) => state?.lastSlot != null);
  const late = due.find(({ state }) => moment.now - (state?.lastSlot ?? Number.NEGATIVE_INFINITY) > limit);
  const starting = (): HowRead => ({ kind: 'starting', firstAt: firstSlot(release, triggers, moment) });
  if (late && moment.now <= owedFrom(moment, pace)) return starting();
  if (late) return { kind: 'unread', at, reason: `${late.trigger.name} was not asked in time` };
  if (begun.length === 0) return starting();
  const trouble = begun.flatMap(({ trigger, state }) => troubleOf(trigger, state) ?? []);
  const [first] = trouble;
  if (first !== undefined)
    return { kind: 'unread', at, reason: trouble.find((reason) => reason !== waitsForPod) ?? first };
  if (at === null || moment.now - at > limit) {
    const isYoung = at === null && due.length === 0;
    return isYoung ? starting() : { kind: 'unread', at, reason: silence(begun) };
  }
  return { kind: 'read', at };
}

/** The newest slot in which a trigger said breach or healthy; null before the first. */
export function readAtOf(triggers: readonly Standing[]): number | null {
  const slots = triggers.flatMap(({ state }) => state?.lastJudgedSlot ?? []);
  return slots.length === 0 ? null : Math.max(...slots);
}

/** A companion that plainly answers no number, as without traffic, is no outage, unless a breach cannot count for it. */
function troubleOf(trigger: RollbackTrigger, state: TriggerState | null): string | null {
  if (!state) return null;
  if (state.troubleReason !== null) return state.troubleReason;
  const { companion, reading } = state;
  if (companion === null || companion.troubleReason === null) return null;
  const isOut = companion.reading.kind === 'unreachable' || companion.reading.kind === 'ambiguous';
  const isHeldBack = reading?.kind === 'value' && breaches(trigger, reading.value);
  return isOut || isHeldBack
    ? `a breach of ${trigger.name} cannot count: its companion query cannot be used (${companion.troubleReason})`
    : null;
}

function silence(triggers: readonly Standing[]): string {
  const [first, ...others] = triggers.map(({ trigger }) => trigger.name);
  return others.length === 0
    ? `${first} answers nothing`
    : `none of its ${triggers.length} triggers answers anything`;
}

/** Until when a server that has just started may not have read it yet: what stands has its turn once in its pace. */
function owedFrom({ readingSince, intervalMs }: Moment, pace: number): number {
  return readingSince + pace + (staleAfterSlots - 1) * intervalMs;
}

/** The slot in which it has its turn. */
function firstSlot(release: KnownRelease, triggers: readonly Standing[], moment: Moment): number {
  const { now, intervalMs } = moment;
  const due = triggers.map(({ trigger }) => instantAfter(release.startedAt, trigger.initialDelayMs));
  const isRestless = isAnyRestless(
    triggers.map(({ state }) => state),
    moment,
  );
  const first = Math.ceil(Math.max(Math.min(...due), now) / intervalMs) * intervalMs;
  for (let slot = first; slot < first + moment.standingMs; slot += intervalMs)
    if (isReadIn(slot, release, isRestless, moment)) return slot;
  return first;
}
