import type { StepEffect } from '@lastgood/domain/ports/step-effect';
import type { StepKind, StepOf } from '@lastgood/domain/rollback/step';
import { type Attempted, applyByContract } from '@lastgood/engine/rollback/apply-by-contract';

const never = new AbortController().signal;

/** One attempt of a step, as a worker makes it: look, judge by the contract, send, look again. */
export function attemptStep<K extends StepKind>(
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: string,
  signal: AbortSignal = never,
): Promise<Attempted> {
  const clock = { now: () => 0, sleep: async () => {} };
  return applyByContract({ clock, signal, lost: () => false }, effect, step, { key: operation, epoch: 1 });
}

/** Attempts one after another, without a pause, until the step is applied or has failed. */
export async function attemptUntilOver<K extends StepKind>(
  effect: StepEffect<K>,
  step: StepOf<K>,
  operation: string,
): Promise<Attempted[]> {
  const attempts: Attempted[] = [];
  for (let tries = 0; tries < 20; tries++) {
    const attempted = await attemptStep(effect, step, operation);
    attempts.push(attempted);
    if (attempted.outcome.kind !== 'waiting') return attempts;
  }
  throw new Error(`not over after ${attempts.length} attempts`);
}
