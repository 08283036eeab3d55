import {
  type ContractOf,
  type EffectResult,
  type Observed,
  type Operation,
  type SeenByKind,
  type StepEffect,
  type StepKind,
  type StepOf,
  type StepOutcome,
  stepContracts,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** How soon the world is asked again after it did not answer, or after an answer was lost. */
const askAgainMs = 1_000;

/** What an attempt goes by besides the world: time, being called off, and the right to act. */
export interface AttemptControl {
  clock: Clock;
  signal: AbortSignal;
  /** Whether the right to act is or may be gone. Asked right before sending: looking takes time, and a process may freeze. */
  lost(): boolean;
}

export interface Attempted {
  outcome: StepOutcome;
  /** Whether this attempt has changed the world, or may have. A rehearsal never does. */
  sent: boolean;
}

/**
 * One attempt of a step, the same for every kind: look; if it is done already, or refused, or has to wait, say so; else
 * send the effect and look again, also when the answer was lost. *Applied* is said only of what was read back from the
 * world, never of an answer.
 */
export async function applyByContract<K extends StepKind>(
  { clock, signal, lost }: AttemptControl,
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: Operation,
): Promise<Attempted> {
  const contract = stepContracts[step.kind as K] as ContractOf<K>;
  const look = async () =>
    judge(contract, step, await effect.observe(step, operation, signal), operation, clock);
  const before = await look();
  if (before.kind !== 'to-send') return { outcome: before, sent: false };
  if (lost()) {
    const note = 'this replica no longer holds the run';
    return { outcome: { kind: 'waiting', until: clock.now(), note }, sent: false };
  }
  const result = await effect.apply(step, before.seen, operation, signal);
  if (result.kind === 'refused' || result.kind === 'retry')
    return { outcome: notSent(result, clock.now()), sent: false };
  if (contract.storesNothing) return { outcome: rehearsed(result, clock.now()), sent: false };
  const after = await look();
  return { outcome: sentAnd(contract, step, result, after, clock.now()), sent: result.kind !== 'already' };
}

/** What follows from the world alone. */
type Judged<K extends StepKind> = StepOutcome | { kind: 'to-send'; seen: SeenByKind[K] };

function judge<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  observed: Observed<SeenByKind[K]>,
  operation: Operation,
  clock: Clock,
): Judged<K> {
  if (observed.kind === 'unreachable')
    return {
      kind: 'waiting',
      until: clock.now() + askAgainMs,
      note: `the outside does not answer: ${observed.reason}`,
    };
  if (observed.kind === 'not-found')
    return { kind: 'failed', reason: observed.reason, advice: 'Put it back as it was, then resume.' };
  const { seen } = observed;
  if (contract.isDone(step, seen)) return { kind: 'applied', note: contract.inWords(step, seen) };
  const refused = contract.refusal(step, seen, operation.key);
  if (refused) return { kind: 'failed', ...refused };
  const note = contract.waitsFor(step, seen, operation.key);
  if (note === null) return { kind: 'to-send', seen };
  return { kind: 'waiting', until: clock.now() + contract.lookAgainMs, note };
}

type Sent = Exclude<EffectResult, { kind: 'refused' | 'retry' }>;

/** There is nothing to read back: accepted is done. */
function rehearsed(result: Sent, now: number): StepOutcome {
  if (result.kind !== 'unknown') return { kind: 'applied', note: result.note };
  return { kind: 'waiting', until: now + askAgainMs, note: result.reason };
}

function sentAnd<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  result: Sent,
  after: Judged<K>,
  now: number,
): StepOutcome {
  if (after.kind === 'failed') return after;
  const isLost = result.kind === 'unknown';
  const seen = after.kind === 'to-send' ? contract.inWords(step, after.seen) : after.note;
  const note = `${seen}; ${isLost ? result.reason : result.note}`;
  if (after.kind === 'applied') return { kind: 'applied', note: isLost ? note : result.note };
  return { kind: 'waiting', until: now + (isLost ? askAgainMs : contract.lookAgainMs), note };
}

function notSent(result: Extract<EffectResult, { kind: 'refused' | 'retry' }>, now: number): StepOutcome {
  if (result.kind === 'retry') return { kind: 'waiting', until: now + result.afterMs, note: result.reason };
  return {
    kind: 'failed',
    reason: result.reason,
    advice: 'Read the reason, mend it, then resume: the run goes on from this step.',
  };
}
