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

export interface Hands {
  clock: Clock;
  signal: AbortSignal;
  /** Whether the right to act is or may be gone. Asked right before sending: looking takes time, and a process may freeze. */
  lost(): boolean;
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
): Promise<StepOutcome> {
  const contract = stepContracts[step.kind as K] as ContractOf<K>;
  const before = await effect.observe(step, operation, signal);
  const settled = judge(contract, step, before, operation, clock);
  if (settled) return settled;
  if (lost()) return { kind: 'waiting', until: clock.now(), note: 'the run slipped out of our hands' };
  const result = await effect.apply(step, operation, signal);
  if (result.kind !== 'applied' && result.kind !== 'already') return notSent(result, clock.now());
  if (contract.storesNothing) return { kind: 'applied', note: result.note };
  const after = await effect.observe(step, operation, signal);
  const outcome = judge(contract, step, after, operation, clock);
  if (outcome?.kind === 'applied') return { kind: 'applied', note: result.note };
  if (outcome?.kind === 'failed') return outcome;
  const seen = outcome?.note ?? wordsOf(contract, step, after);
  return { kind: 'waiting', until: clock.now() + contract.lookAgainMs, note: `${seen}; ${result.note}` };
}

/** What follows from the world alone; null when the effect is to be sent. */
function judge<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  observed: Observed<SeenByKind[K]>,
  operation: Operation,
  clock: Clock,
): StepOutcome | null {
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
  return note === null ? null : { kind: 'waiting', until: clock.now() + contract.lookAgainMs, note };
}

function wordsOf<K extends StepKind>(
  contract: ContractOf<K>,
  step: StepOf<K>,
  observed: Observed<SeenByKind[K]>,
): string {
  return observed.kind === 'seen' ? contract.inWords(step, observed.seen) : observed.reason;
}

function notSent(result: Exclude<EffectResult, { kind: 'applied' | 'already' }>, now: number): StepOutcome {
  switch (result.kind) {
    case 'refused':
      return {
        kind: 'failed',
        reason: result.reason,
        advice: 'Read the reason, mend it, then resume: the run goes on from this step.',
      };
    case 'retry':
      return { kind: 'waiting', until: now + result.afterMs, note: result.reason };
    case 'unknown':
      return { kind: 'waiting', until: now + askAgainMs, note: result.reason };
  }
}
