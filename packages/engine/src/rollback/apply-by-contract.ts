import {
  type ContractOf,
  contractOf,
  type EffectResult,
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

export interface Hands {
  clock: Clock;
  signal: AbortSignal;
  /** Whether the right to act is or may be gone. Asked right before sending: looking takes time, and a process may freeze. */
  lost(): boolean;
}

/** How an attempt ended, and whether the effect of the step is or may be out there, by this attempt or an earlier one. */
export interface Attempted {
  outcome: StepOutcome;
  sent: boolean;
}

/**
 * One attempt of a step, the same for every kind: look; if it is done already, or refused, or has to wait, say so; else
 * send the effect and look again. *Applied* is said only of what was read back from the world, never of an answer.
 */
export async function applyByContract<K extends StepKind>(
  { clock, signal, lost }: Hands,
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: Operation,
): Promise<Attempted> {
  const contract = contractOf<K>(step);
  const before = await effect.observe(step, operation, signal);
  const settled = judge(contract, step, before, operation, clock);
  if (settled) return settled;
  if (lost()) {
    const outcome = { kind: 'waiting', until: clock.now(), note: 'the lease of the run was lost' } as const;
    return { outcome, sent: false };
  }
  const result = await effect.apply(step, operation, signal);
  if (result.kind !== 'applied' && result.kind !== 'already')
    return { outcome: notSent(result, clock.now()), sent: result.kind === 'unknown' };
  if (contract.storesNothing) return { outcome: { kind: 'applied', note: result.note }, sent: true };
  const after = await effect.observe(step, operation, signal);
  const judged = judge(contract, step, after, operation, clock)?.outcome;
  if (judged?.kind === 'applied') return { outcome: { kind: 'applied', note: result.note }, sent: true };
  if (judged?.kind === 'failed') return { outcome: judged, sent: true };
  const note = `${judged?.note ?? wordsOf(contract, step, after)}; ${result.note}`;
  return { outcome: { kind: 'waiting', until: clock.now() + contract.lookAgainMs, note }, sent: true };
}

/** What follows from the world alone; null when the effect is to be sent. */
function judge<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  observed: Observed<SeenByKind[K]>,
  operation: Operation,
  clock: Clock,
): Attempted | null {
  const waiting = (afterMs: number, note: string, sent: boolean): Attempted => ({
    outcome: { kind: 'waiting', until: clock.now() + afterMs, note },
    sent,
  });
  if (observed.kind === 'unreachable')
    return waiting(askAgainMs, `the outside does not answer: ${observed.reason}`, false);
  if (observed.kind === 'not-found') {
    const advice = 'Put it back as it was, then resume.';
    return { outcome: { kind: 'failed', reason: observed.reason, advice }, sent: false };
  }
  const { seen } = observed;
  if (contract.isDone(step, seen))
    return { outcome: { kind: 'applied', note: contract.inWords(step, seen) }, sent: false };
  const refused = contract.refusal(step, seen, operation.key);
  if (refused) return { outcome: { kind: 'failed', ...refused }, sent: false };
  const blocked = contract.blockedBy?.(step, seen, operation.key) ?? null;
  if (blocked !== null) return waiting(contract.lookAgainMs, blocked, false);
  const underWay = contract.waitsFor(step, seen, operation.key);
  return underWay === null ? null : waiting(contract.lookAgainMs, underWay, true);
}

function wordsOf<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  observed: Observed<SeenByKind[K]>,
): string {
  return observed.kind === 'seen' ? contract.inWords(step, observed.seen) : observed.reason;
}

/** Nothing is known to have been sent. */
function notSent(result: Exclude<EffectResult, { kind: 'applied' | 'already' }>, now: number): StepOutcome {
  switch (result.kind) {
    case 'refused':
      return {
        kind: 'failed',
        reason: result.reason,
        advice: 'Read the reason, fix the cause, then resume: the run goes on from this step.',
      };
    case 'retry':
      return { kind: 'waiting', until: now + result.afterMs, note: result.reason };
    case 'unknown':
      return { kind: 'waiting', until: now + askAgainMs, note: result.reason };
  }
}
