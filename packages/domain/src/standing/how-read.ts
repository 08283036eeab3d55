import { isAnyRestless, isReadIn, type ReadPace, readEveryMs } from '../deployment/read-pace.ts';
import { dueFrom, readSince } from '../deployment/version-age.ts';
import { waitsForPod } from '../trigger/not-known-yet.ts';
import { breaches } from '../trigger/proves-health.ts';
import { isUnusable } from '../trigger/reading.ts';
import { isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
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
  | {
      kind: 'unread';
      at: number | null;
      reason: string;
      /** It only waits for its first pod, and not for long: it begins. */
      isYoung?: boolean;
    };

/** Triggers that say how a service stands: those that only record say so only where there are no others. */
export function deciding(triggers: readonly Standing[]): readonly Standing[] {
  const acting = triggers.filter(({ trigger }) => isDeciding(trigger));
  return acting.length > 0 ? acting : triggers;
}

/** How often it is read, in milliseconds; null for what is not read itself, as a rollback while its run works. */
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
  if (pace === null)
    return { kind: 'unread', at, reason: 'what its rollback brings is not read before it is done' };
  const limit = staleAfterSlots * pace;
  const begunAt = readSince(release);
  if (begunAt > moment.now + limit)
    return { kind: 'unread', at, reason: 'it began in the future of this clock' };
  const due = triggers.filter(({ trigger }) => moment.now > dueFrom(release, trigger) + limit);
  const begun = triggers.filter(({ state }) => state?.lastSlot != null);
  const turns = due
    .filter(({ state }) => moment.now - (state?.lastSlot ?? Number.NEGATIVE_INFINITY) > limit)
    .map((one) => ({ trigger: one.trigger, turnAt: firstTurn(known, moment, one) }));
  const missed = turns.find(({ turnAt }) => turnAt === null);
  if (missed) return { kind: 'unread', at, reason: `${missed.trigger.name} was not asked in time` };
  if (turns.length > 0)
    return { kind: 'starting', firstAt: Math.min(...turns.flatMap(({ turnAt }) => turnAt ?? [])) };
  if (begun.length === 0) return { kind: 'starting', firstAt: firstSlot(release, triggers, moment, pace) };
  const trouble = begun.flatMap(({ trigger, state }) => troubleOf(trigger, state) ?? []);
  const [first] = trouble;
  if (first !== undefined) {
    const reason = trouble.find((one) => one !== waitsForPod) ?? first;
    return { kind: 'unread', at, reason, isYoung: reason === waitsForPod && isYoung(release, moment, limit) };
  }
  if (isSilentAtZero(known, at, begun))
    return { kind: 'unread', at, reason: 'it is scaled to zero, nothing serves' };
  if (at === null || moment.now - at > limit) {
    return at === null && due.length === 0
      ? { kind: 'starting', firstAt: firstSlot(release, triggers, moment, pace) }
      : { kind: 'unread', at, reason: silence(begun) };
  }
  return { kind: 'read', at };
}

/** The newest slot in which a trigger said breach or healthy; null before the first. */
export function readAtOf(triggers: readonly Standing[]): number | null {
  const slots = triggers.flatMap(({ state }) => state?.lastJudgedSlot ?? []);
  return slots.length === 0 ? null : Math.max(...slots);
}

/** A companion that plainly answers no number is no trouble, unless a breach cannot count for it. */
function troubleOf(trigger: RollbackTrigger, state: TriggerState | null): string | null {
  if (!state) return null;
  if (state.troubleReason !== null) return state.troubleReason;
  const { companion, reading } = state;
  if (companion === null || companion.troubleReason === null) return null;
  const isHeldBack = reading?.kind === 'value' && breaches(trigger, reading.value);
  return isUnusable(companion.reading) || isHeldBack
    ? `a breach of ${trigger.name} cannot count: its companion query cannot be used (${companion.troubleReason})`
    : null;
}

function silence(triggers: readonly Standing[]): string {
  const [first, ...others] = triggers.map(({ trigger }) => trigger.name);
  return others.length === 0
    ? `${first} answers nothing`
    : `none of its ${triggers.length} triggers answers anything`;
}

/** How many slots later than its turn the first reading after a start may be seen. */
const slackSlots = 2;

/**
 * When a trigger has its turn that was not asked since this Lastgood started, or since it was declared; null once that turn is
 * past, and where neither is known or both lie in the future of this clock, which would excuse it for as long.
 */
function firstTurn(
  { release, triggers, declaredAt }: KnownService,
  moment: Moment,
  { state: before }: Standing,
): number | null {
  const { now, intervalMs, standingMs } = moment;
  const isNew = before === null && declaredAt !== null;
  const since = Math.max(moment.readingSince ?? 0, isNew ? declaredAt : 0);
  if (!release || since === 0 || since > now + slackSlots * intervalMs) return null;
  const restless = isAnyRestless(
    triggers.map(({ state }) => state),
    moment,
  );
  const last = since + standingMs + intervalMs;
  let slot = Math.ceil(since / intervalMs) * intervalMs;
  while (slot < last && !isReadIn(slot, release, restless, moment)) slot += intervalMs;
  return now <= slot + slackSlots * intervalMs
    ? Math.max(slot, Math.ceil(now / intervalMs) * intervalMs)
    : null;
}

/** Nothing serves, and in the newest slot nothing was said of it: what was healthy before says nothing any more. */
function isSilentAtZero({ followed }: KnownService, at: number | null, begun: readonly Standing[]): boolean {
  if (followed?.kind !== 'seen' || !followed.atZero) return false;
  const asked = Math.max(...begun.map(({ state }) => state?.lastSlot ?? Number.NEGATIVE_INFINITY));
  return at === null || at < asked;
}

function isYoung(release: KnownRelease, { now }: Moment, limit: number): boolean {
  return release.status === 'in_progress' || now - readSince(release) <= limit;
}

function firstSlot(
  release: KnownRelease,
  triggers: readonly Standing[],
  { now }: Moment,
  pace: number,
): number {
  const due = Math.min(...triggers.map(({ trigger }) => dueFrom(release, trigger)));
  return Math.ceil(Math.max(due, now) / pace) * pace;
}
