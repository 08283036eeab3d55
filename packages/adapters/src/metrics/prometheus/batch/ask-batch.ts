import type { WireAnswer } from '../query-client.ts';
import { mayAnswerLess, saysOverloaded } from '../reading-of-answer.ts';
import type { BatchLimits } from './batch-limits.ts';

/** Who can be asked together, and how. */
export interface BatchAsking<T> {
  /** Sends the query for all of these, two at least. */
  together(all: readonly T[]): Promise<WireAnswer>;
  /** Takes the answer apart. */
  answered(all: readonly T[], answer: WireAnswer, tookMs: number): void;
  /** Asks one by its own query, and takes the answer. */
  alone(one: T): Promise<WireAnswer>;
}

/** How a batch ended: who was overwhelming the source tells from whether it answered others meanwhile. */
export interface BatchEnd {
  answered: string[];
  overwhelmed: string[][];
  /** Refused together, and answered in parts. */
  asMany: string[][];
}

/**
 * Asks a batch; where the source refuses it, each half, and so down to single queries: a name it cannot answer for costs the others
 * nothing. At most two queries for each name in all. A source that is overloaded, away or shut to us is not asked again: its answer
 * is that of all.
 * @returns whether all were answered, in one way or another
 */
export async function askBatch<T extends { query: string }>(
  batch: readonly T[],
  asking: BatchAsking<T>,
  limits: BatchLimits,
  end: BatchEnd,
): Promise<boolean> {
  const [first] = batch;
  if (!first) return true;
  const queries = batch.map(({ query }) => query);
  if (batch.length === 1) {
    const answer = await asking.alone(first);
    if (mayAnswerLess(answer)) limits.refusedAlone(first.query);
    else if (isAnswered(answer)) end.answered.push(first.query);
    return isAnswered(answer) && !mayAnswerLess(answer);
  }
  const began = performance.now();
  const answer = await asking.together(batch);
  if (mayAnswerLess(answer)) {
    // What cannot be read for many is not read for half as many.
    const parts = isUnreadable(answer) ? batch.map((one) => [one]) : halves(batch);
    const well = await Promise.all(parts.map((part) => askBatch(part, asking, limits, end)));
    if (!well.every(Boolean)) return false;
    end.asMany.push(queries);
    return true;
  }
  if (saysOverloaded(answer)) end.overwhelmed.push(queries);
  else if (isAnswered(answer)) end.answered.push(...queries);
  asking.answered(batch, answer, performance.now() - began);
  return isAnswered(answer);
}

/** What was learned of the source by all batches of a read. */
export function learn(limits: BatchLimits, { answered, overwhelmed, asMany }: BatchEnd): void {
  limits.passed(answered);
  for (const queries of asMany) limits.refusedAsMany(queries);
  for (const queries of overwhelmed) limits.overwhelmed(queries, answered.length > 0 ? 'answered' : 'nobody');
}

function isAnswered(answer: WireAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 200;
}

function isUnreadable(answer: WireAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 400;
}

function halves<T>(all: readonly T[]): T[][] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}
