import { setTimeout } from 'node:timers/promises';
import type { MetricHistory } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import { instantsOf, unreadAt } from '@lastgood/domain/trigger/past-answer';
import type { Answer, Question } from '@lastgood/domain/trigger/question';
import { type BreakerLimits, createBreaker } from '../breaker.ts';
import { notAnswered } from './not-answered.ts';

/** An outage that shows at once keeps nobody waiting; one that takes this long to show does. */
const silenceMs = 2_000;

/**
 * It is tried again so soon after a trial that each slot is one, whatever the trial of the slot before took: what is breached is late
 * by the outage, and not by a slot in which nobody asked.
 */
const limits: BreakerLimits = { opensAfter: 3, firstPauseMs: 500, longestPauseMs: 500 };

/** Turns away from somebody who gives no answer, and tries again. */
interface Guard {
  /** Why it is not asked; null where it is, which may be a trial. */
  refusal(): string | null;
  /** Why it is still not asked when the trial that is under way is over, or has lasted as long as a silence. */
  afterTrial(reason: string, signal: AbortSignal): Promise<string | null>;
  timed<T>(ask: () => Promise<T>, isFailure: (answer: T) => boolean): Promise<T>;
}

function createGuard(monotonic: () => number): Guard {
  const breaker = createBreaker(monotonic, limits);
  let newest = { began: monotonic(), over: Promise.resolve() };
  return {
    refusal: () => breaker.refusal(),
    async afterTrial(reason, signal) {
      // A source that is back may be slow with its first answer, which must not cost the others their slot.
      const leftMs = newest.began + silenceMs - monotonic();
      if (leftMs <= 0) return reason;
      await Promise.race([newest.over, pause(leftMs, signal)]);
      return breaker.refusal();
    },
    async timed(ask, isFailure) {
      const began = monotonic();
      const { promise: over, resolve } = Promise.withResolvers<void>();
      newest = { began, over };
      try {
        const answer = await ask();
        if (isFailure(answer) && monotonic() - began >= silenceMs) breaker.unanswered();
        else breaker.answered();
        return answer;
      } finally {
        resolve();
      }
    },
  };
}

/**
 * A source that is turned away from, its questions unanswered at once, while it accepts and never answers: for each cluster apart, as
 * behind one address each may have a store of its own, and only one of them may hang.
 */
export function guardSource(
  source: MetricSource & MetricHistory,
  monotonic: () => number = () => performance.now(),
): MetricSource & MetricHistory {
  const guards = new Map<string, Guard>();
  /** Those of one call are of one cluster, as those of a chunk are. */
  const guardOf = (question: Question | undefined): Guard => {
    const cluster = question?.variables.CLUSTER ?? '';
    const guard = guards.get(cluster) ?? createGuard(monotonic);
    guards.set(cluster, guard);
    return guard;
  };
  const guarded = async <Q extends Question, A extends Answer>(
    questions: readonly Q[],
    signal: AbortSignal,
    ask: () => Promise<A[]>,
    otherwise: (question: Q, reason: string) => A,
  ): Promise<A[]> => {
    const guard = guardOf(questions[0]);
    const refusal = guard.refusal();
    const reason = refusal === null ? null : await guard.afterTrial(refusal, signal);
    if (reason !== null) return questions.map((question) => otherwise(question, reason));
    const answers = await guard.timed(ask, (all) =>
      all.every(({ reading }) => reading.kind === 'unreachable'),
    );
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
        signal,
        () => source.read(questions, at, signal),
        ({ template }, reason) => notAnswered(template, reason, at),
      ),
    readSamples: (questions, at, signal) =>
      guarded(
        questions,
        signal,
        () => source.readSamples(questions, at, signal),
        ({ template }, reason) => ({ ...notAnswered(template, reason, at), samples: [] }),
      ),
    // It is turned away, too; but that the past is not answered says nothing of the present.
    async readPast(question, signal) {
      const reason = guardOf(question).refusal();
      if (reason !== null) return unreadAt(instantsOf(question), reason);
      return source.readPast(question, signal);
    },
    async health(signal) {
      const guard = guardOf(undefined);
      const reason = guard.refusal();
      if (reason !== null) return { up: false, reason };
      return guard.timed(
        () => source.health(signal),
        ({ up }) => !up,
      );
    },
  };
}

/** Rejects never; keeps no process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal, ref: false }).catch(() => {});
}
