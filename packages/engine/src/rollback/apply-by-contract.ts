import {
  type BecameStep,
  type ContractOf,
  contractOf,
  type EffectResult,
  instantAfter,
  type Observed,
  type Operation,
  type SeenByKind,
  type StepEffect,
  type StepKind,
  type StepOf,
  type StepOutcome,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** How soon the world is asked again after it did not answer, or after an answer was lost. */
const askAgainMs = 1_000;
const retryAfterFaultMs = 5_000;
/** A step has minutes: whatever an outside asks for, it is asked again after this long. */
const longestRetryMs = 60_000;

/** What an attempt goes by besides the world: time, being called off, and the right to act. */
export interface AttemptControl {
  clock: Clock;
  signal: AbortSignal;
  /** Whether the right to act is or may be gone. Asked right before sending: looking takes time, and a process may freeze. */
  lost(): boolean;
}

/** How an attempt ended. */
export interface Attempted {
  outcome: StepOutcome;
  /** The step as the outside has done it, where that is not as it was expected. */
  became?: BecameStep;
  /** Whether the effect of the step is or may be out there, by this attempt or an earlier one. A rehearsal never is. */
  sent: boolean;
}

/**
 * One attempt of a step, the same for every kind: look; if it is done already, or refused, or has to wait, say so; else
 * send the effect and look again, also when the answer was lost. *Applied* is said only of what was read back from the
 * world, never of an answer. A fault of our own before sending has sent nothing.
 */
export async function applyByContract<K extends StepKind>(
  control: AttemptControl,
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: Operation,
): Promise<Attempted> {
  let sent = false;
  const watched: StepEffect<K> = {
    observe: (...given) => effect.observe(...given),
    async apply(...given) {
      sent = true;
      const result = await effect.apply(...given);
      sent = isSent(result);
      return result;
    },
  };
  try {
    return await attempt(control, watched, step, operation);
  } catch (error) {
    return {
      outcome: afterFault(error, control.clock.now()),
      sent: sent && !contractOf<K>(step).storesNothing,
    };
  }
}

/** A fault of our own is not a verdict about the world: the step waits and is tried again, until its limit ends it. */
export function afterFault(error: unknown, now: number): StepOutcome {
  const note = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
  return { kind: 'waiting', until: now + retryAfterFaultMs, note };
}

async function attempt<K extends StepKind>(
  { clock, signal, lost }: AttemptControl,
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: Operation,
): Promise<Attempted> {
  const contract = contractOf<K>(step);
  const look = async () =>
    judge({ contract, step, operation, now: clock.now() }, await effect.observe(step, operation, signal));
  const before = await look();
  if (before.kind === 'settled') return before.attempted;
  if (lost()) {
    const note = 'this replica no longer holds the run';
    return { outcome: { kind: 'waiting', until: clock.now(), note }, sent: false };
  }
  const result = await effect.apply(step, before.seen, operation, signal);
  if (result.kind === 'refused' || result.kind === 'retry')
    return { outcome: notSent(result, clock.now()), sent: false };
  if (contract.storesNothing) return { outcome: rehearsed(result, clock.now()), sent: false };
  const after = await look();
  const seen = after.kind === 'settled' ? after.attempted.outcome : contract.inWords(step, after.seen);
  const lookAgainMs = result.kind === 'unknown' ? askAgainMs : contract.lookAgainMs;
  return {
    ...(after.kind === 'settled' ? after.attempted : {}),
    outcome: afterSending(result, seen, clock.now() + lookAgainMs),
    sent: isSent(result) || (after.kind === 'settled' && after.attempted.sent),
  };
}

/** Whether an effect has gone out with this answer, or may have. */
function isSent({ kind }: EffectResult): boolean {
  return kind === 'applied' || kind === 'unknown';
}

/** What follows from the world alone. */
type Judged<K extends StepKind> =
  | { kind: 'settled'; attempted: Attempted }
  | { kind: 'to-send'; seen: SeenByKind[K] };

interface Judging<K extends StepKind> {
  contract: ContractOf<K>;
  step: StepOf<K>;
  operation: Operation;
  now: number;
}

function judge<K extends StepKind>(
  { contract, step, operation, now }: Judging<K>,
  observed: Observed<SeenByKind[K]>,
): Judged<K> {
  const settled = (outcome: StepOutcome, sent = false): Judged<K> => ({
    kind: 'settled',
    attempted: { outcome, sent },
  });
  const waiting = (afterMs: number, note: string, sent = false) =>
    settled({ kind: 'waiting', until: instantAfter(now, afterMs), note }, sent);
  if (observed.kind === 'unreachable')
    return waiting(askAgainMs, `the outside does not answer: ${observed.reason}`);
  if (observed.kind === 'not-found')
    return settled({
      kind: 'failed',
      reason: observed.reason,
      advice: 'Put it back as it was, then resume.',
    });
  const { seen } = observed;
  if (contract.isDone(step, seen)) return settled({ kind: 'applied', note: contract.inWords(step, seen) });
  const became = contract.asStored?.(step, seen, operation.key) ?? null;
  if (became !== null) {
    const note = `${contract.inWords(became.step, seen)}, ${became.how}`;
    return { kind: 'settled', attempted: { outcome: { kind: 'applied', note }, sent: true, became } };
  }
  const refused = contract.refusal(step, seen, operation.key);
  if (refused) return settled({ kind: 'failed', ...refused });
  const blocked = contract.blockedBy?.(step, seen, operation.key) ?? null;
  if (blocked !== null) return waiting(contract.lookAgainMs, blocked);
  const underWay = contract.waitsFor(step, seen, operation.key);
  return underWay === null ? { kind: 'to-send', seen } : waiting(contract.lookAgainMs, underWay, true);
}

type Sent = Exclude<EffectResult, { kind: 'refused' | 'retry' }>;

/** There is nothing to read back: accepted is done. */
function rehearsed(result: Sent, now: number): StepOutcome {
  if (result.kind !== 'unknown') return { kind: 'applied', note: result.note };
  return { kind: 'waiting', until: now + askAgainMs, note: result.reason };
}

/** @param seen what the look after sending came to, or what was seen where it came to nothing yet */
function afterSending(result: Sent, seen: StepOutcome | string, until: number): StepOutcome {
  if (typeof seen !== 'string' && seen.kind === 'failed') return seen;
  const isLost = result.kind === 'unknown';
  const note = `${typeof seen === 'string' ? seen : seen.note}; ${isLost ? result.reason : result.note}`;
  if (typeof seen !== 'string' && seen.kind === 'applied')
    return { kind: 'applied', note: isLost ? note : result.note };
  return { kind: 'waiting', until, note };
}

/** Nothing is known to have been sent. */
function notSent(result: Extract<EffectResult, { kind: 'refused' | 'retry' }>, now: number): StepOutcome {
  if (result.kind === 'retry') {
    const afterMs = result.afterMs > 0 ? Math.min(result.afterMs, longestRetryMs) : 0;
    return { kind: 'waiting', until: instantAfter(now, afterMs), note: result.reason };
  }
  return {
    kind: 'failed',
    reason: result.reason,
    advice: result.advice ?? 'Read the reason, fix the cause, then resume: the run goes on from this step.',
  };
}
