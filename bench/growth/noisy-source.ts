import { createHash } from 'node:crypto';
import { planAsks } from '@lastgood/adapters/metrics/prometheus/plan-asks';
import type { Answer, MetricSource, Question, Reading } from '@lastgood/domain';
import type { Random } from '@lastgood/testkit/random';

/** What a service answers about one trigger's query at an instant. */
export type Answers = (question: Question, at: number) => Reading;

/**
 * A metric source without a server behind it: the queries are rendered and counted once each as for a real Prometheus, and a digest
 * is that of the body such a server would send.
 */
export function createNoisySource(answers: Answers, random: Random): MetricSource {
  return {
    async read(questions, at) {
      const { asks, unasked } = await planAsks(questions, 60_000);
      const found = new Map<number, Answer>();
      for (const { query, questions: asked, looksBackMs } of asks) {
        const [first] = asked;
        const question = first === undefined ? undefined : questions[first];
        if (!question) continue;
        const reading = answers(question, at);
        const answer = {
          ...{ reading, query, at, looksBackMs, tookMs: random.between(0.4, 6) },
          answerDigest: reading.kind === 'unreachable' ? null : digestOf(reading, at),
        };
        for (const one of asked) found.set(one, answer);
      }
      for (const { question, reason } of unasked)
        found.set(question, {
          reading: { kind: 'unreachable', reason },
          query: questions[question]?.template ?? '',
          ...{ at, answerDigest: null, looksBackMs: 0, tookMs: 0 },
        });
      return questions.flatMap((_, index) => found.get(index) ?? []);
    },
    lint: () => [],
    emptyWhenHealthy: () => null,
    whyAskedAlone: () => null,
    health: async () => ({ up: true }),
  };
}

function digestOf(reading: Reading, at: number): string {
  const value = reading.kind === 'value' ? String(reading.value) : 'NaN';
  const result = reading.kind === 'no-data' ? [] : [{ metric: {}, value: [at / 1_000, value] }];
  const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
