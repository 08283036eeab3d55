import { mostSamples, type SamplesAnswer, type SamplesQuestion } from '@lastgood/domain/trigger/question';
import { notAnswered } from '../../not-answered.ts';
import { type Asking, askInManner, type Manner } from '../ask.ts';
import { splitSamples } from '../batch/split-samples.ts';
import { hasStrangers, strangers } from '../own-series.ts';
import { planAsks } from '../plan-asks.ts';
import { type Between, type ReadSamples, samplesOfAnswer } from './samples-of-answer.ts';

/** How many numbers one answer for many may have: of 30 bytes each they are well within what is read of an answer. */
const mostTogether = 20_000;

/**
 * Asks each question for its range until `at`, by POST to `/api/v1/query_range`. Those over the very same range that differ only in
 * names are asked together where that means the same (batch/).
 */
export async function readSamples(
  asking: Asking,
  questions: readonly SamplesQuestion[],
  at: number,
  signal: AbortSignal,
  lookbackDeltaMs: number,
): Promise<SamplesAnswer[]> {
  const answers = new Map<number, SamplesAnswer>();
  const asked: { index: number; question: SamplesQuestion; steps: number; between: Stretch }[] = [];
  for (const [index, question] of questions.entries()) {
    const { fromMs, stepMs, endsBeforeMs = 0 } = question.range;
    const steps = Math.floor(fromMs / stepMs);
    const to = at - endsBeforeMs;
    if (steps >= 0 && steps < mostSamples)
      asked.push({ index, question, steps, between: { from: to - steps * stepMs, to, stepMs } });
    else {
      const reason = `It would have ${steps + 1} steps; at most ${mostSamples} are asked for.`;
      answers.set(index, unasked(question.template, reason, at));
    }
  }
  const alike = Map.groupBy(asked, ({ between: { from, to, stepMs } }) => `${from} ${to} ${stepMs}`);
  await Promise.all(
    [...alike.values()].map(async (group) => {
      const [first] = group;
      if (!first) return;
      const found = await readAlike(
        asking,
        group.map(({ question }) => question),
        { ...first, at, signal, lookbackDeltaMs },
      );
      for (const [place, { index, question }] of group.entries())
        answers.set(index, found.get(place) ?? unasked(question.template, 'It was not asked.', at));
    }),
  );
  return questions.flatMap((_, index) => answers.get(index) ?? []);
}

interface Stretch extends Between {
  stepMs: number;
}

/** Questions over one range, by their place. */
async function readAlike(
  asking: Asking,
  questions: readonly SamplesQuestion[],
  given: { between: Stretch; steps: number; at: number; signal: AbortSignal; lookbackDeltaMs: number },
): Promise<Map<number, SamplesAnswer>> {
  const { between, steps, at, signal, lookbackDeltaMs } = given;
  const answers = new Map<number, SamplesAnswer>();
  const { asks, unasked: refused } = await planAsks(questions, lookbackDeltaMs);
  for (const { question, reason } of refused)
    answers.set(question, unasked(questions[question]?.template ?? '', reason, at));
  const overRange: Manner<ReadSamples> = {
    send: (query) => asking.client.queryRange(query, between, signal),
    found: (ask, answer) =>
      hasStrangers(ask, answer)
        ? { reading: strangers, samples: [] }
        : samplesOfAnswer(answer, between, mostSamples),
    split: (rewritten, names, answer) => splitSamples(rewritten, names, answer, between, mostSamples),
    batches: {
      mostNames: Math.max(1, Math.floor(mostTogether / (steps + 1))),
      whyAlone: ({ notOverRange }) => notOverRange,
    },
  };
  await askInManner(asking, asks, overRange, (ask, { reading, samples }, sent) => {
    const looksBackMs = at - between.from + ask.looksBackMs;
    for (const question of ask.questions)
      answers.set(question, { ...sent, reading, samples, at, looksBackMs });
  });
  return answers;
}

function unasked(query: string, reason: string, at: number): SamplesAnswer {
  return { ...notAnswered(query, reason, at), samples: [] };
}
