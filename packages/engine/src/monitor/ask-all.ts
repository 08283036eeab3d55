import type { Answer, MetricSource, PartQuestion, PartsSeen, Question, Reading } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';

export interface AskDependencies {
  metrics: MetricSource;
  clock: Clock;
  settings: { deadlineMs: number };
}

/** The questions of a trigger with its companion's, if it has one. */
export interface Asking {
  parts: readonly PartQuestion[];
  samples: Question | null;
}

/** What was answered, and what was sent for it: the parts in their order, then the companion. */
export interface Asked extends PartsSeen {
  rows: Answer[];
}

/** Fetch: asks everything for one instant under one deadline. What is not answered is unreachable. */
export async function askAll<T extends Asking>(
  { metrics, clock, settings }: AskDependencies,
  wanted: readonly T[],
  at: number,
  signal: AbortSignal,
): Promise<Map<T, Asked>> {
  const questions = wanted.flatMap(questionsOf);
  const rows =
    questions.length === 0
      ? []
      : await withDeadline(clock, settings.deadlineMs, signal, (deadline) =>
          read({ metrics, clock }, questions, at, deadline),
        );
  let from = 0;
  return new Map(
    wanted.map((one) => {
      const own = rows.slice(from, from + questionsOf(one).length);
      from += questionsOf(one).length;
      return [one, askedOf(one, own)];
    }),
  );
}

export function questionsOf({ parts, samples }: Asking): Question[] {
  const own = parts.map(({ question }) => question);
  return samples ? [...own, samples] : own;
}

/** @param rows what came back, in the order of the questions */
export function askedOf({ parts, samples }: Asking, rows: readonly Answer[]): Asked {
  return {
    parts: parts.map(({ question: _question, ...part }, index) => ({
      ...part,
      ...answerOf(rows[index]),
    })),
    samples: samples ? (rows[parts.length]?.reading ?? missing) : null,
    rows: [...rows],
  };
}

function answerOf(row: Answer | undefined): Pick<Answer, 'reading' | 'samples'> {
  if (!row) return { reading: missing };
  return { reading: row.reading, ...(row.samples ? { samples: row.samples } : {}) };
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
