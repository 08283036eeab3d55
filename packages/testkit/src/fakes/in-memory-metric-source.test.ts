import type { Reading } from '@lastgood/domain/trigger/reading';
import { describe, expect, it } from 'vitest';
import { metricSourceContract } from '../contracts/metric-source.ts';
import { createInMemoryMetricSource } from './in-memory-metric-source.ts';

const readings: Record<string, Reading> = {
  'a{service="$SERVICE"}': { kind: 'value', value: 0.25 },
  'b{service="$SERVICE"}': { kind: 'value', value: Number.POSITIVE_INFINITY },
  'c{service="$SERVICE"}': { kind: 'value', value: Number.NEGATIVE_INFINITY },
  'd{service="$SERVICE"}': { kind: 'not-a-number' },
  'e{service="$SERVICE"}': { kind: 'no-data' },
  'f{service="$SERVICE"}': { kind: 'ambiguous', count: 3 },
};

const range = { fromMs: 30_000, stepMs: 15_000 };

metricSourceContract('the in-memory metric source', async () => {
  const deadSource = createInMemoryMetricSource();
  deadSource.setDown('nobody is there');
  return {
    source: createInMemoryMetricSource(({ template }) => readings[template] ?? { kind: 'no-data' }),
    deadSource,
    at: 1_700_000_000_000,
    known: Object.entries(readings).map(([template, reading]) => ({
      question: { template, variables: { SERVICE: 'cart' } },
      reading,
    })),
    samples: {
      question: { template: 'a{service="$SERVICE"}', variables: { SERVICE: 'cart' }, range },
      samples: [[0.25, 0.25, 0.25]],
      silent: { template: 'e{service="$SERVICE"}', variables: { SERVICE: 'cart' }, range },
    },
    close: async () => {},
  };
});

describe('the in-memory metric source', () => {
  it('keeps what it was asked and takes a new script', async () => {
    const source = createInMemoryMetricSource();
    const question = { template: 'up{a="$SERVICE"}', variables: { SERVICE: 'cart' } };
    const signal = new AbortController().signal;
    expect((await source.read([question], 15_000, signal))[0]?.reading).toEqual({ kind: 'no-data' });
    source.answer(({ variables }, at) => ({ kind: 'value', value: variables.SERVICE === 'cart' ? at : 0 }));
    expect((await source.read([question], 30_000, signal))[0]).toMatchObject({
      reading: { kind: 'value', value: 30_000 },
      query: 'up{a="cart"}',
    });
    expect(source.asked.map(({ at }) => at)).toEqual([15_000, 30_000]);
  });
});
