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
          read({ metrics, clock }, questions, at, deadline),
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
  { metrics, clock }: Pick<AskDependencies, 'metrics' | 'clock'>,
  questions: readonly Question[],
  at: number,
  signal: AbortSignal,
): Promise<Answer[]> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      metrics.read(questions, at, signal),
      pastDeadline(clock, signal, ended.signal),
    ]);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = signal.aborted ? said : `unexpected: ${said}`;
    return questions.map(({ template }) => ({
      reading: { kind: 'unreachable', reason },
      query: template,
      at,
      answerDigest: null,
      looksBackMs: 0,
      tookMs: 0,
    }));
  } finally {
    ended.abort();
  }
}

/** How long a source may take to hand over what it has when its deadline is over. */
const graceMs = 1_000;

/** Rejects a little after the deadline: a source that does not heed it would hold up the slot of its whole chunk. */
async function pastDeadline(clock: Clock, deadline: AbortSignal, ended: AbortSignal): Promise<never> {
  const over = Promise.withResolvers<void>();
  deadline.addEventListener('abort', () => over.resolve(), { once: true, signal: ended });
  if (deadline.aborted) over.resolve();
  await over.promise;
  await clock.sleep(graceMs, ended);
  throw deadline.reason;
}

const missing: Reading = { kind: 'unreachable', reason: 'the source did not answer this question' };

export const unanswered: SeenBack = { reading: missing, samples: null };
