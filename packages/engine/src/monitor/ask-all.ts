import type { Answer, MetricSource, Question, Reading, SeenBack } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';

export interface AskDependencies {
  metrics: MetricSource;
  clock: Clock;
  settings: { deadlineMs: number };
}

/** A question of a trigger with its companion's, if it has one. */
interface Asking {
  question: Question;
  samples: Question | null;
}

/** Fetch: asks everything for one instant under one deadline. What is not answered is unreachable. */
export async function askAll<T extends Asking>(
  { metrics, clock, settings }: AskDependencies,
  wanted: readonly T[],
  at: number,
  signal: AbortSignal,
): Promise<{ answers: Map<T, SeenBack>; rows: Answer[] }> {
  const questions = wanted.flatMap(({ question, samples }) => (samples ? [question, samples] : [question]));
  const rows =
    questions.length === 0
      ? []
      : await withDeadline(clock, settings.deadlineMs, signal, (deadline) =>
          read(metrics, questions, at, deadline),
        );
  const answers = new Map<T, SeenBack>();
  let next = 0;
  for (const one of wanted) {
    const reading = rows[next++]?.reading ?? missing;
    const samples = one.samples ? (rows[next++]?.reading ?? missing) : null;
    answers.set(one, { reading, samples });
  }
  return { answers, rows };
}

/** A source that breaks is one that could not be asked: it shows as the health of every trigger. */
async function read(
  metrics: MetricSource,
  questions: readonly Question[],
  at: number,
  signal: AbortSignal,
): Promise<Answer[]> {
  try {
    return await metrics.read(questions, at, signal);
  } catch (error) {
    const reason = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return questions.map(({ template }) => ({
      reading: { kind: 'unreachable', reason },
      query: template,
      at,
      answerDigest: null,
      looksBackMs: 0,
      tookMs: 0,
    }));
  }
}

const missing: Reading = { kind: 'unreachable', reason: 'the source did not answer this question' };

export const unanswered: SeenBack = { reading: missing, samples: null };
