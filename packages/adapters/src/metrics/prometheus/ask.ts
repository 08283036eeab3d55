import { createHash } from 'node:crypto';
import type { Answer } from '@lastgood/domain/trigger/question';
import type { LimitFunction } from 'p-limit';
import { askBatch, type BatchEnd, learn } from './batch/ask-batch.ts';
import type { BatchLimits } from './batch/batch-limits.ts';
import { type Batch, batchQuery, type InBatch, planBatches } from './batch/plan-batches.ts';
import { splitAnswer } from './batch/split-answer.ts';
import { hasStrangers, strangers } from './own-series.ts';
import type { Ask } from './plan-asks.ts';
import type { QueryClient, WireAnswer } from './query-client.ts';
import { readingOfAnswer, refusesQuery } from './reading-of-answer.ts';

export interface Asking {
  client: QueryClient;
  limits: BatchLimits;
  /** Batches under way at once. */
  turns: LimitFunction;
}

/** Asks queries at the instant `at`, many of a template at once where that means the same, and hands over each answer. */
export async function askAll(
  asking: Asking,
  asks: readonly Ask[],
  at: number,
  signal: AbortSignal,
  answered: (ask: Ask, answer: Answer) => void,
): Promise<void> {
  const { batches, alone } = planBatches(asks, asking.limits);
  const end: BatchEnd = { answered: [], overwhelmed: [], asMany: [] };
  const askAlone = async (ask: Ask) => {
    const began = performance.now();
    const answer = await asking.client.query(ask.query, at, signal);
    answered(ask, answerOf(ask, answer, at, performance.now() - began));
    return answer;
  };
  await Promise.all([
    ...alone.map(askAlone),
    ...batches.map((batch) => askTogether(asking, batch, at, signal, { end, askAlone, answered })),
  ]);
  learn(asking.limits, end);
}

interface Handling {
  end: BatchEnd;
  askAlone(ask: Ask): Promise<WireAnswer>;
  answered(ask: Ask, answer: Answer): void;
}

async function askTogether(
  { client, limits, turns }: Asking,
  { rewritten, asks }: Batch,
  at: number,
  signal: AbortSignal,
  { end, askAlone, answered }: Handling,
): Promise<void> {
  await askBatch<InBatch>(
    asks,
    {
      alone: (ask) => (limits.isLimited(ask.query) ? turns(() => askAlone(ask)) : askAlone(ask)),
      async together(all) {
        const query = batchQuery(rewritten, all);
        if (query === null) return unwritten;
        return turns(() => client.query(query, at, signal));
      },
      answered(all, answer, tookMs) {
        const parts = splitAnswer(
          rewritten,
          all.map(({ values }) => values),
          answer,
          at,
        );
        for (const [index, ask] of all.entries()) {
          const part = parts[index];
          if (!part) continue;
          const { query, looksBackMs } = ask;
          const answerDigest = part.body === null ? bodyDigest(answer) : digest(part.body);
          answered(ask, { reading: part.reading, query, at, answerDigest, tookMs, looksBackMs });
        }
      },
    },
    limits,
    end,
  );
}

/** As if it had been refused: its halves are asked, and so down to single queries. */
const unwritten: WireAnswer = {
  kind: 'failed',
  reason: 'The query for many would mean something else.',
  cause: 'too-large',
};

function answerOf(ask: Ask, answer: WireAnswer, at: number, tookMs: number): Answer {
  const { query, looksBackMs } = ask;
  const reading = hasStrangers(ask, answer) ? strangers : readingOfAnswer(answer, at);
  const refused = refusesQuery(answer) ? { refused: true } : {};
  return { reading, query, at, answerDigest: bodyDigest(answer), tookMs, looksBackMs, ...refused };
}

function bodyDigest(answer: WireAnswer): string | null {
  return answer.kind === 'failed' ? null : digest(answer.body);
}

function digest(body: Buffer | string): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
