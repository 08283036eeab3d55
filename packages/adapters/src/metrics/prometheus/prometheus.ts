import type { Health } from '@lastgood/domain/health';
import type { RecordingSource } from '@lastgood/domain/ports/metric-history';
import type { Answer } from '@lastgood/domain/trigger/question';
import pLimit from 'p-limit';
import type { Closable } from '../../vendor.ts';
import { notAnswered } from '../not-answered.ts';
import { type Asking, askAll } from './ask.ts';
import { whyAskedAlone } from './batch/asked-alone.ts';
import { createBatchLimits } from './batch/batch-limits.ts';
import { emptyWhenHealthy } from './empty-when-healthy.ts';
import { lint } from './lint.ts';
import { readPast } from './past/read-past.ts';
import { planAsks } from './plan-asks.ts';
import { createQueryClient, type QueryClient } from './query-client.ts';
import { readingOfAnswer } from './reading-of-answer.ts';
import { inspect } from './review/inspect.ts';
import { reviewForm } from './review/review-form.ts';
import { sourceNames } from './review/source-names.ts';
import { importRules } from './rules/import-rules.ts';
import { readSamples } from './samples/read-samples.ts';
import type { PrometheusSettings } from './settings.ts';

export type Prometheus = Closable<RecordingSource>;

/** Questions of the past under way at once: of what is asked at all, the few that whoever reads the present can spare. */
const pastAtOnce = 2;

/**
 * Asks a Prometheus, or a server that speaks its query API, by POST to `/api/v1/query`. At most `maxConcurrency`
 * queries are under way at once over all reads; an answer's `tookMs` includes the wait for its turn. What differs only in names is
 * asked together where that means the same (batch/). Throws when the settings cannot work; never for an outside fault.
 */
export function createPrometheus(settings: PrometheusSettings): Prometheus {
  return createPrometheusOver(createQueryClient(settings), settings);
}

/** The same over what carries its questions. */
export function createPrometheusOver(
  client: QueryClient,
  {
    lookbackDeltaMs = 300_000,
    batchNames = 250,
    maxBatches = 2,
  }: Pick<PrometheusSettings, 'lookbackDeltaMs' | 'batchNames' | 'maxBatches'>,
): Prometheus {
  const asking: Asking = { client, limits: createBatchLimits(batchNames), turns: pLimit(maxBatches) };
  const askingPast = { client, turns: pLimit(pastAtOnce) };
  // What a source answers of an instant for many may be too much over a range.
  const askingRanges: Asking = { ...asking, limits: createBatchLimits(batchNames) };
  return {
    lint,
    emptyWhenHealthy,
    whyAskedAlone: (template, over) =>
      whyAskedAlone(template, over) ??
      (batchNames === 1 ? 'The settings of its source say so: batchNames is 1.' : null),
    review: reviewForm,
    importRules,
    inspect: (questions, at, signal) => inspect(client, questions, at, signal),
    names: (wanted, _cluster, at, signal) => sourceNames(client, wanted, at, signal),
    close: client.close,
    health: (signal) => health(client, signal),
    readPast: (question, signal) => readPast(askingPast, question, signal),
    readSamples: (questions, at, signal) => readSamples(askingRanges, questions, at, signal, lookbackDeltaMs),
    async read(questions, at, signal) {
      const { asks, unasked } = await planAsks(questions, lookbackDeltaMs);
      const answers = new Map<number, Answer>();
      for (const { question, reason } of unasked) {
        const query = questions[question]?.template ?? '';
        answers.set(question, notAnswered(query, reason, at));
      }
      await askAll(asking, asks, at, signal, (ask, answer) => {
        for (const question of ask.questions) answers.set(question, answer);
      });
      return questions.flatMap((_, index) => answers.get(index) ?? []);
    },
  };
}

/**
 * Up means that a query would be answered. A Prometheus that still replays its log says so on `/-/ready`, which gives
 * the better reason; hosted ones have no such page, and a page that says ready proves nothing about credentials. So the
 * last word is a query's.
 */
async function health(client: QueryClient, signal: AbortSignal): Promise<Health> {
  const ready = await client.ready(signal);
  if (ready.kind === 'failed') return { up: false, reason: ready.reason };
  if (ready.status === 503)
    return { up: false, reason: 'Prometheus is still starting (HTTP 503 on /-/ready).' };
  const answer = await client.query('vector(1)', null, signal);
  const reading = readingOfAnswer(answer, null);
  if (reading.kind === 'value' && reading.value === 1) return { up: true };
  const reason =
    reading.kind === 'unreachable' ? reading.reason : 'Prometheus answers vector(1) with something else.';
  return { up: false, reason };
}
