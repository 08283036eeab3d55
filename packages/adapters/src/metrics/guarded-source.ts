import type { MetricHistory } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import { instantsOf, unreadAt } from '@lastgood/domain/trigger/past-answer';
import type { Answer } from '@lastgood/domain/trigger/question';
import { createBreaker } from '../breaker.ts';
import { notAnswered } from './not-answered.ts';

/** An outage that shows at once keeps nobody waiting; one that takes this long to show does. */
const silenceMs = 2_000;

/** A source that is turned away from, its questions unanswered at once, while it accepts and never answers. */
export function guardSource(
  source: MetricSource & MetricHistory,
  monotonic: () => number = () => performance.now(),
): MetricSource & MetricHistory {
  const breaker = createBreaker(monotonic);
  const timed = async <T>(ask: () => Promise<T>, isFailure: (answer: T) => boolean): Promise<T> => {
    const began = monotonic();
    const answer = await ask();
    if (isFailure(answer) && monotonic() - began >= silenceMs) breaker.unanswered();
    else breaker.answered();
    return answer;
  };
  const guarded = async <Q, A extends Answer>(
    questions: readonly Q[],
    ask: () => Promise<A[]>,
    otherwise: (question: Q, reason: string) => A,
  ): Promise<A[]> => {
    const reason = breaker.refusal();
    if (reason !== null) return questions.map((question) => otherwise(question, reason));
    const answers = await timed(ask, (all) => all.every(({ reading }) => reading.kind === 'unreachable'));
    if (answers.length === questions.length) return answers;
    // Answers are told apart by their place alone: with one missing nobody knows which answers what.
    const counted = `it gave ${answers.length} answers to ${questions.length} questions`;
    return questions.map((question) => otherwise(question, counted));
  };
  return {
    lint: source.lint,
    emptyWhenHealthy: source.emptyWhenHealthy,
    whyAskedAlone: source.whyAskedAlone,
    read: (questions, at, signal) =>
      guarded(
        questions,
        () => source.read(questions, at, signal),
        ({ template }, reason) => notAnswered(template, reason, at),
      ),
    readSamples: (questions, at, signal) =>
      guarded(
        questions,
        () => source.readSamples(questions, at, signal),
        ({ template }, reason) => ({ ...notAnswered(template, reason, at), samples: [] }),
      ),
    // It is turned away, too; but that the past is not answered says nothing of the present.
    async readPast(question, signal) {
      const reason = breaker.refusal();
      if (reason !== null) return unreadAt(instantsOf(question), reason);
      return source.readPast(question, signal);
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
