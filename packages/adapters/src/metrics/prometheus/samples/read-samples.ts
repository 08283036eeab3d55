import { createHash } from 'node:crypto';
import { mostSamples, type SamplesAnswer, type SamplesQuestion } from '@lastgood/domain/trigger/question';
import { nextTurn } from '../../../next-turn.ts';
import { notAnswered } from '../../not-answered.ts';
import { lookBackMs } from '../look-back.ts';
import type { QueryClient, WireAnswer } from '../query-client.ts';
import { readTemplate } from '../read-template.ts';
import { refusesQuery } from '../reading-of-answer.ts';
import { renderTemplate } from '../render.ts';
import { samplesOfAnswer } from './samples-of-answer.ts';

/** Asks each question for its range until `at`, by POST to `/api/v1/query_range`; at most as many at once as the client lets. */
export async function readSamples(
  client: QueryClient,
  questions: readonly SamplesQuestion[],
  at: number,
  signal: AbortSignal,
  lookbackDeltaMs: number,
): Promise<SamplesAnswer[]> {
  const asks: Promise<SamplesAnswer>[] = [];
  for (const question of questions) {
    await nextTurn();
    asks.push(readOne(client, question, at, signal, lookbackDeltaMs));
  }
  return Promise.all(asks);
}

async function readOne(
  client: QueryClient,
  { template: text, variables, range }: SamplesQuestion,
  at: number,
  signal: AbortSignal,
  lookbackDeltaMs: number,
): Promise<SamplesAnswer> {
  const template = readTemplate(text);
  const rendered = renderTemplate(template, variables);
  if (rendered.kind === 'refused') return unasked(text, rendered.reason, at);
  const steps = Math.floor(range.fromMs / range.stepMs);
  if (!(steps >= 0 && steps < mostSamples))
    return unasked(text, `It would have ${steps + 1} steps; at most ${mostSamples} are asked for.`, at);
  const to = at - (range.endsBeforeMs ?? 0);
  const from = to - steps * range.stepMs;
  const { query } = rendered;
  const began = performance.now();
  const answer = await client.queryRange(query, { from, to, stepMs: range.stepMs }, signal);
  return {
    ...samplesOfAnswer(answer, { from, to }, mostSamples),
    ...{ query, at, answerDigest: digestOf(answer), tookMs: performance.now() - began },
    looksBackMs:
      at -
      from +
      (template.kind === 'template' ? lookBackMs(template.text, template.tree, lookbackDeltaMs) : 0),
    ...(refusesQuery(answer) ? { refused: true } : {}),
  };
}

function unasked(query: string, reason: string, at: number): SamplesAnswer {
  return { ...notAnswered(query, reason, at), samples: [] };
}

function digestOf(answer: WireAnswer): string | null {
  return answer.kind === 'failed' ? null : `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
}
