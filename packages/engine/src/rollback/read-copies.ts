import type { CopyReading, MetricSource, PlanningRead, Question, Reading } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

const silent: Reading = { kind: 'unreachable', reason: 'the metric source did not answer' };
const unread: CopyReading = { reading: silent, looksBackMs: 0 };

/** Asks questions now; one that stays without an answer is a reading, too. */
export async function readEach(
  metrics: MetricSource,
  clock: Clock,
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<CopyReading[]> {
  const answers = await metrics.read(questions, clock.now(), signal);
  return questions.map((_question, at) => {
    const { reading = silent, looksBackMs = 0 } = answers[at] ?? {};
    return { reading, looksBackMs };
  });
}

/** What a measure says of each copy, for a plan. */
export function createReadCopies(metrics: MetricSource, clock: Clock): PlanningRead<'copies'> {
  return async ({ copies, measure }, signal) => {
    const questions = copies.map(({ variables }) => ({ template: measure.query, variables }));
    const read = await readEach(metrics, clock, questions, signal);
    const seen = copies.map(({ name }, at) => [name, read[at] ?? unread] as const);
    return { kind: 'seen', seen: Object.fromEntries(seen) };
  };
}

/** Where nothing is configured that could be asked. */
export const unreadCopies: PlanningRead<'copies'> = async ({ copies }) => ({
  kind: 'seen',
  seen: Object.fromEntries(copies.map(({ name }) => [name, unread])),
});
