import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import type { Answer, SamplesAnswer, SamplesQuestion } from '@lastgood/domain/trigger/question';
import { isUnusable, type Reading } from '@lastgood/domain/trigger/reading';

/** Samples as a source evaluates a range: at each step by itself. For sources that are scripted by the instant. */
export function samplesOfRead(read: MetricSource['read']): MetricSource['readSamples'] {
  return (questions, at, signal) =>
    Promise.all(
      questions.map(async (question) => {
        const instants = stepsOf(question, at);
        const answers = await Promise.all(
          instants.map(async (then) => (await read([question], then, signal)).slice(0, 1)),
        );
        return joined(answers.flat(), question, at);
      }),
    );
}

function stepsOf({ range: { fromMs, stepMs, endsBeforeMs = 0 } }: SamplesQuestion, at: number): number[] {
  const steps = Math.floor(fromMs / stepMs);
  return Array.from({ length: steps + 1 }, (_, step) => at - endsBeforeMs - (steps - step) * stepMs);
}

function joined(answers: readonly Answer[], question: SamplesQuestion, at: number): SamplesAnswer {
  const last = answers.at(-1);
  if (!last) throw new Error('the source gave no answer');
  const looksBackMs = last.looksBackMs + (at - (stepsOf(question, at)[0] ?? at));
  const unusable = answers.find(({ reading }) => isUnusable(reading));
  if (unusable) return { ...unusable, at, looksBackMs, samples: [] };
  const numbers = answers.flatMap(({ reading }) => (reading.kind === 'value' ? [reading.value] : []));
  if (numbers.length === 0) {
    const none = answers.find(({ reading }) => reading.kind === 'not-a-number') ?? last;
    return { ...last, reading: none.reading, at, looksBackMs, samples: [] };
  }
  const reading: Reading = { kind: 'value', value: numbers.length };
  return { ...last, reading, at, looksBackMs, samples: [numbers] };
}
