import { hash } from 'node:crypto';
import type { Answer } from '@lastgood/domain/trigger/question';
import type { LimitFunction } from 'p-limit';
import { askBatch, type BatchEnd, learn } from './batch/ask-batch.ts';
import type { BatchLimits } from './batch/batch-limits.ts';
import { type Batch, type BatchRules, batchQuery, type InBatch, planBatches } from './batch/plan-batches.ts';
import type { Rewritten } from './batch/rewrite.ts';
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

/** How something is asked, of an instant or over a range of time, and what its answers mean. */
export interface Manner<Found> {
  send(query: string): Promise<WireAnswer>;
  /** What the answer to a query by itself says. */
  found(ask: Ask, answer: WireAnswer): Found;
  /** What the answer to a batch says of each name, with the body that its query alone would have been answered with. */
  split(rewritten: Rewritten, names: readonly (readonly string[])[], answer: WireAnswer): Part<Found>[];
  /** Absent: every batch that means the same may be asked. */
  batches?: BatchRules;
}

export type Part<Found> = Found & { body: string | null };

/** What is known of each answer besides what it says. */
export type Sent = Omit<Answer, 'reading' | 'at' | 'looksBackMs'>;

/** Asks queries at the instant `at`, many of a template at once where that means the same, and hands over each answer. */
export async function askAll(
  asking: Asking,
  asks: readonly Ask[],
  at: number,
  signal: AbortSignal,
  answered: (ask: Ask, answer: Answer) => void,
): Promise<void> {
  const atInstant: Manner<Pick<Answer, 'reading'>> = {
    send: (query) => asking.client.query(query, at, signal),
    found: (ask, answer) => ({
      reading: hasStrangers(ask, answer) ? strangers : readingOfAnswer(answer, at),
    }),
    split: (rewritten, names, answer) => splitAnswer(rewritten, names, answer, at),
  };
  await askInManner(asking, asks, atInstant, (ask, { reading }, sent) =>
    answered(ask, { ...sent, reading, at, looksBackMs: ask.looksBackMs }),
  );
}

/** The same in any manner. */
export async function askInManner<Found>(
  asking: Asking,
  asks: readonly Ask[],
  manner: Manner<Found>,
  answered: (ask: Ask, found: Found, sent: Sent) => void,
): Promise<void> {
  const { batches, alone } = planBatches(asks, asking.limits, manner.batches);
  const end: BatchEnd = { answered: [], overwhelmed: [], asMany: [] };
  const askAlone = async (ask: Ask) => {
    const began = performance.now();
    const answer = await manner.send(ask.query);
    const refused = refusesQuery(answer) ? { refused: true } : {};
    const tookMs = performance.now() - began;
    const sent = { query: ask.query, answerDigest: bodyDigest(answer), tookMs, ...refused };
    answered(ask, manner.found(ask, answer), sent);
    return answer;
  };
  await Promise.all([
    ...alone.map(askAlone),
    ...batches.map((batch) => askTogether(asking, batch, manner, { end, askAlone, answered })),
  ]);
  learn(asking.limits, end);
}

interface Handling<Found> {
  end: BatchEnd;
  askAlone(ask: Ask): Promise<WireAnswer>;
  answered(ask: Ask, found: Found, sent: Sent): void;
}

async function askTogether<Found>(
  { limits, turns }: Asking,
  { rewritten, asks }: Batch,
  manner: Manner<Found>,
  { end, askAlone, answered }: Handling<Found>,
): Promise<void> {
  await askBatch<InBatch>(
    asks,
    {
      alone: (ask) => (limits.isLimited(ask.query) ? turns(() => askAlone(ask)) : askAlone(ask)),
      async together(all) {
        const query = batchQuery(rewritten, all);
        if (query === null) return unwritten;
        return turns(() => manner.send(query));
      },
      answered(all, answer, tookMs) {
        const names = all.map(({ values }) => values);
        const parts = manner.split(rewritten, names, answer);
        for (const [index, ask] of all.entries()) {
          const part = parts[index];
          if (!part) continue;
          const answerDigest = part.body === null ? bodyDigest(answer) : digest(part.body);
          answered(ask, part, { query: ask.query, answerDigest, tookMs });
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

function bodyDigest(answer: WireAnswer): string | null {
  return answer.kind === 'failed' ? null : digest(answer.body);
}

function digest(body: Buffer | string): string {
  return `sha256:${hash('sha256', body)}`;
}
