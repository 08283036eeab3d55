import type { Reading } from '@lastgood/domain/trigger/reading';
import { describe, expect, it } from 'vitest';
import { metricSamplesContract } from '../contracts/metric-samples.ts';
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
    close: async () => {},
  };
});

/** Rises by one a second, with gaps, infinities and not-a-number in between. */
function overTime(at: number): Reading {
  const minute = Math.floor(at / 60_000) % 5;
  if (minute === 1) return { kind: 'no-data' };
  if (minute === 2) return { kind: 'not-a-number' };
  return { kind: 'value', value: minute === 3 ? Number.POSITIVE_INFINITY : at / 1_000 };
}

metricSamplesContract('the in-memory metric source', async () => {
  const question = (template: string) => ({ template, variables: { SERVICE: 'cart' } });
  return {
    source: createInMemoryMetricSource(({ template }, at) =>
      template.startsWith('up') ? overTime(at) : (readings[template] ?? { kind: 'no-data' }),
    ),
    at: 1_700_000_000_000,
    questions: [question('up{service="$SERVICE"}'), question('a{service="$SERVICE"}')],
    reachMs: 600_000,
    several: question('f{service="$SERVICE"}'),
    none: question('e{service="$SERVICE"}'),
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
