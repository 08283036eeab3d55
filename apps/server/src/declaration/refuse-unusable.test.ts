import type { Answer, Finding, ReviewedSource } from '@lastgood/domain';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { queriesOfTriggers } from './declared-queries.ts';
import { refuseUnusable } from './refuse-unusable.ts';

const answering = createInMemoryMetricSource(() => ({ kind: 'value', value: 0 }));
const queries = queriesOfTriggers([aTrigger({ name: 'a' }), aTrigger({ name: 'b' })], answering);
const trials = [{ service: aService({ triggers: [] }), latest: null }];

function saved(metrics: ReviewedSource, clusterDeadlineMs = 10_000) {
  const deps = {
    ...{ metrics, settings: { clusterDeadlineMs }, ports: { rollout: { clusters: () => ['main'] } } },
    clock: { now: () => 0, sleep: async () => undefined },
  };
  return refuseUnusable(deps, queries, trials);
}

test('what the source has to say of a name is a warning with the name of its trigger', async () => {
  const unknown: Finding = {
    ...{ code: 'unknown-metric', severity: 'warning', message: 'Nobody has it.', place: null, fix: null },
  };
  const metrics = { ...answering, inspect: async () => [[], [unknown]] };
  expect(await saved(metrics)).toEqual(['b: Nobody has it.']);
});

test('a source that hangs lets it be saved in its time, and says once that it could not be asked', async () => {
  const until = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const could: Finding = {
    ...{ code: 'could-not-be-asked', severity: 'warning', message: 'It could not be asked.' },
    ...{ place: null, fix: null },
  };
  const metrics: ReviewedSource = {
    ...answering,
    async read(questions, at, signal) {
      await until(signal);
      const reading = { kind: 'unreachable', reason: 'called off' } as const;
      return questions.map(
        ({ template }): Answer => ({
          reading,
          query: template,
          at,
          answerDigest: null,
          tookMs: 0,
          looksBackMs: 0,
        }),
      );
    },
    async inspect(questions, _at, signal) {
      await until(signal);
      return questions.map(() => [could]);
    },
  };
  expect(await saved(metrics, 50)).toEqual([
    'a could not be tried: called off.',
    'b could not be tried: called off.',
    'It could not be asked.',
  ]);
});
