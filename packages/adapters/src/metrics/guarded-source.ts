import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import { createBreaker } from '../breaker.ts';
import { notAnswered } from './not-answered.ts';

/** An outage that shows at once keeps nobody waiting; one that takes this long to show does. */
const silenceMs = 2_000;

/** A source that is turned away from, its questions unanswered at once, while it accepts and never answers. */
export function guardSource(
  source: MetricSource,
  monotonic: () => number = () => performance.now(),
): MetricSource {
  const breaker = createBreaker(monotonic);
  const timed = async <T>(ask: () => Promise<T>, isFailure: (answer: T) => boolean): Promise<T> => {
    const began = monotonic();
    const answer = await ask();
    if (isFailure(answer) && monotonic() - began >= silenceMs) breaker.unanswered();
    else breaker.answered();
    return answer;
  };
  return {
    lint: source.lint,
    emptyWhenHealthy: source.emptyWhenHealthy,
    whyAskedAlone: source.whyAskedAlone,
    async read(questions, at, signal) {
      const reason = breaker.refusal();
      if (reason !== null) return questions.map(({ template }) => notAnswered(template, reason, at));
      const answers = await timed(
        () => source.read(questions, at, signal),
        (all) => all.every(({ reading }) => reading.kind === 'unreachable'),
      );
      if (answers.length === questions.length) return answers;
      // Answers are told apart by their place alone: with one missing nobody knows which answers what.
      const counted = `it gave ${answers.length} answers to ${questions.length} questions`;
      return questions.map(({ template }) => notAnswered(template, counted, at));
    },
    async health(signal) {
      const reason = breaker.refusal();
      if (reason !== null) return { up: false, reason };
      return timed(
        () => source.health(signal),
        ({ up }) => !up,
      );
    },
  };
}
