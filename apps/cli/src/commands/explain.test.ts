import type { ExplainedEvaluation, Explanation } from '@lastgood/api-client';
import { beforeEach, expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { run } from '../wire-samples.ts';

const evaluation = (over: Partial<ExplainedEvaluation>): ExplainedEvaluation => ({
  ...{ slot: '2026-01-01T12:00:00.000Z', asked: [], reading: '8.2 %', parts: [], samples: null },
  ...{ said: 'breach', phase: 'pending', heldSeconds: 0, differs: null },
  ...over,
});

const asked = [
  {
    part: 'query',
    query: 'sum(rate(\n  http_requests_total[2m]))',
    ...{ isWhole: true, at: '2026-01-01T12:00:00.000Z', answerDigest: 'sha256:ab' },
  },
];

const told: Explanation = {
  ...{ at: '2026-01-01T12:05:00.000Z', service: 'prod/shop/web', serviceName: 'web', deploymentId: 'd-2' },
  ...{ release: run.from, runId: 'run-1', askedFor: 'automatic', askedBy: 'errors' },
  sentence: 'errors 8.2 % > 5 % for 30 s (needed 30 s): rolling back to v1 (release 1).',
  ...{ decidedAt: '2026-01-01T12:00:30.000Z', verdict: 'roll_back' },
  triggers: [
    {
      ...{ trigger: 'errors', decides: true, limit: '> 5 %', neededSeconds: 30 },
      queries: [{ part: 'query', template: 'sum(rate(http_requests_total{service="$SERVICE"}[2m]))' }],
      evaluations: [
        evaluation({ asked }),
        evaluation({ slot: '2026-01-01T12:00:30.000Z', phase: 'firing', heldSeconds: 30, samples: '40' }),
      ],
      folded: { after: 1, count: 2, sentence: '2 more slots' },
    },
  ],
  restraints: [
    {
      kind: 'cooldown',
      title: 'Cooldown',
      restrains: false,
      sentence: 'no cooldown was running',
      facts: ['none'],
    },
  ],
  replay: {
    ...{ outcome: 'same', sentence: 'Replayed from 9 stored readings: same decision.', differences: [] },
    ...{ digestSentence: null, digestDifferences: [] },
  },
  onScreen: [{ trigger: 'errors', phase: 'firing', text: '8.2 % > 5 %' }],
};

let answered = told;
let url = '';
beforeEach(async () => {
  answered = told;
  url = await serveApi({ runExplanation: async () => answered });
}, 120_000);

test('says slot by slot what was answered and concluded, then what held it back, then the decision', async () => {
  expect(await play(url, ['explain', 'run-1'])).toMatchObject({
    code: 0,
    answers: [
      'errors  > 5 % for 30 s, which decided',
      '  asks for its query: sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
      '  12:00:00  8.2 %  breach  pending, held 0 s of 30 s',
      '  ... 2 more slots',
      '  12:00:30  8.2 % on 40 samples  breach  firing, held 30 s of 30 s',
      'clear  Cooldown  no cooldown was running',
      '         none',
      '  errors  firing  8.2 % > 5 %',
      told.sentence,
      told.replay.sentence,
    ],
  });
}, 60_000);

test('with the queries, as they were sent', async () => {
  const { answers } = await play(url, ['explain', 'run-1', '--queries']);
  expect(answers).toContain('            query: sum(rate( http_requests_total[2m]))  sha256:ab');
}, 60_000);

test('answers no where the replay differs, and says what', async () => {
  const differences = ['errors was firing'];
  answered = {
    ...told,
    replay: { ...told.replay, outcome: 'differs', sentence: 'Replayed: otherwise.', differences },
  };
  const { code, answers } = await play(url, ['explain', 'run-1']);
  expect([code, answers.at(-1)]).toEqual([1, 'differs: errors was firing']);
}, 60_000);

test('answers no where digests differ, apart from the readings that do not', async () => {
  const digests = { digestSentence: '1 of 2 answers has another digest.', digestDifferences: ['that one'] };
  answered = { ...told, replay: { ...told.replay, ...digests } };
  const { code, answers } = await play(url, ['explain', 'run-1']);
  expect([code, ...answers.slice(-3)]).toEqual([
    ...[1, told.replay.sentence, '1 of 2 answers has another digest.', 'digest differs: that one'],
  ]);
}, 60_000);
