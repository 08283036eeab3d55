import { startedMeanwhile } from './started-meanwhile.ts';
import { type StepContract, type StepRefusal, workLimits } from './step-contract.ts';
import { eachWriter, namedWriters, replacedWriter, type WritersSeen, type WritersTarget } from './writers.ts';

/**
 * Stopped means: no writer is wanted, none is ready or terminating, and no session of the application's role is left. A
 * writer that somebody scaled is stopped all the same; what it returns to is named by the plan. What KEDA or an autoscaler may start again
 * is not stopped, however many pods it has.
 */
export const stopWriters: StepContract<'stop-writers', WritersTarget, WritersSeen> = {
  kind: 'stop-writers',
  isDone: (step, seen) =>
    seen.writers.length === step.writers.length &&
    eachWriter(step, seen).every(
      (one) =>
        one.uid === one.seen.uid &&
        one.seen.desired + one.seen.pods === 0 &&
        startedMeanwhile(one.name, one.seen, 'resume') === null,
    ) &&
    seen.sessions === 0,
  refusal: (step, seen) => replacedWriter(step, seen) ?? startedByAnother(step, seen),
  waitsFor: (step, seen) =>
    seen.writers.every((one) => one.desired === 0) ? stopWriters.inWords(step, seen) : null,
  inWords(step, seen) {
    const running = eachWriter(step, seen).filter((one) => one.seen.desired + one.seen.pods > 0);
    const said = running.map((one) => `${one.name} has ${one.seen.pods} pods`);
    if (seen.sessions > 0) said.push(`${seen.sessions} sessions are open on ${step.database}`);
    return said.length > 0 ? said.join(', ') : 'every writer is stopped and no session is open';
  },
  limits: workLimits(10 * 60_000),
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `Some writers may be stopped (${step.writers.map((one) => one.workload.name).join(', ')}); the data is as it was.`,
  usualMs: 60_000,
  looksOnly: null,
  stops: namedWriters,
};

/** Looked at again right before, as a pause may have been taken away since the plan was made. */
function startedByAnother(step: WritersTarget, seen: WritersSeen): StepRefusal | null {
  for (const one of eachWriter(step, seen)) {
    const refusal = startedMeanwhile(one.name, one.seen, 'resume');
    if (refusal) return refusal;
  }
  return null;
}
