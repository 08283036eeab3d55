import { type StepContract, workLimits } from './step-contract.ts';
import { eachWriter, namedWriters, replacedWriter, type WritersSeen, type WritersTarget } from './writers.ts';

/** Every writer has at least its replicas, and they are ready. Whoever scaled one higher meanwhile is left alone. */
export const startWriters: StepContract<'start-writers', WritersTarget, WritersSeen> = {
  kind: 'start-writers',
  isDone: (step, seen) =>
    seen.writers.length === step.writers.length &&
    eachWriter(step, seen).every(
      (one) => one.uid === one.seen.uid && one.seen.desired >= one.replicas && one.seen.ready >= one.replicas,
    ),
  refusal(step, seen) {
    const other = replacedWriter(step, seen);
    if (other) return other;
    const partly = eachWriter(step, seen).find(
      (one) => one.seen.desired > 0 && one.seen.desired < one.replicas,
    );
    if (!partly) return null;
    const { name, replicas, seen: found } = partly;
    return {
      reason: `${name} is scaled to ${found.desired}: neither stopped nor at its ${replicas} replicas. Somebody else scaled it.`,
      advice: `Find out who scaled ${name}. Scale it to 0 or to ${replicas}, then resume.`,
    };
  },
  waitsFor: (step, seen) =>
    eachWriter(step, seen).every((one) => one.seen.desired >= one.replicas)
      ? startWriters.inWords(step, seen)
      : null,
  inWords: (step, seen) =>
    eachWriter(step, seen)
      .map((one) => `${one.name} has ${one.seen.ready} of ${one.replicas} replicas ready`)
      .join(', '),
  limits: workLimits(10 * 60_000),
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `Some writers may still be stopped (${step.writers.map((one) => one.workload.name).join(', ')}): nothing or little writes.`,
  usualMs: 60_000,
  looksOnly: null,
  starts: namedWriters,
};
