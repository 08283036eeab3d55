import type { MetricSource } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { createReadCopies } from './read-copies.ts';

const copies = ['web-blue', 'web-green'].map((name) => ({
  ...{ name, variables: { WORKLOAD: name }, workload: null },
}));
const measure = { query: 'rate(errors{w="$WORKLOAD"}[5m])', atMost: 0.05, unit: 'ratio' };

it('tells of each copy what it was asked, and how far back that looks', async () => {
  const metrics: Pick<MetricSource, 'read'> = {
    // The second one stays without an answer.
    read: async ([first]) => [
      {
        reading: { kind: 'value', value: first?.variables.WORKLOAD === 'web-blue' ? 0.1 : 1 },
        ...{ query: '', at: 0, answerDigest: null, tookMs: 1, looksBackMs: 300_000 },
      },
    ],
  };
  const clock = { now: () => 0, sleep: async () => undefined };
  const read = createReadCopies(metrics as MetricSource, clock);
  expect(await read({ copies, measure }, new AbortController().signal)).toEqual({
    kind: 'seen',
    seen: {
      'web-blue': { reading: { kind: 'value', value: 0.1 }, looksBackMs: 300_000 },
      'web-green': {
        reading: { kind: 'unreachable', reason: 'the metric source did not answer' },
        looksBackMs: 0,
      },
    },
  });
});
