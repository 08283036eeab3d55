import type { PartQuestion } from '@lastgood/domain';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createVirtualTime } from '@lastgood/testkit/virtual-time';
import { expect, test } from 'vitest';
import { askAll } from './ask-all.ts';

const at = 1_000_000;
const part = (name: string, over: Partial<PartQuestion> = {}): PartQuestion => ({
  name,
  question: { template: name, variables: {} },
  ...over,
});
const range = { fromMs: 60_000, stepMs: 15_000 };
const settings = { deadlineMs: 5_000 };
const forever = new AbortController().signal;

/** Each query answers its own length and the seconds before `at`. */
const source = () =>
  createInMemoryMetricSource(({ template }, then) => ({
    kind: 'value',
    value: template.length * 100 + (at - then) / 1000,
  }));

const { clock } = createVirtualTime(at);

test('single numbers, samples over a range and companions each come back to whom they are for', async () => {
  const wanted = [
    {
      parts: [part('a'), part('bb', { range, overMs: 60_000 })],
      samples: { template: 'ccc', variables: {} },
    },
    { parts: [part('dddd', { range })], samples: null },
    { parts: [part('eeeee')], samples: null },
  ];
  const asked = await askAll({ metrics: source(), clock, settings }, wanted, at, forever);
  const [first, second, third] = wanted.map((one) => asked.get(one));
  expect(first).toMatchObject({
    parts: [
      { name: 'a', reading: { kind: 'value', value: 100 } },
      { name: 'bb', overMs: 60_000, reading: { value: 5 }, samples: [[260, 245, 230, 215, 200]] },
    ],
    samples: { kind: 'value', value: 300 },
  });
  expect(first?.rows.map(({ query }) => query)).toEqual(['a', 'bb', 'ccc']);
  expect(second?.parts).toMatchObject([{ samples: [[460, 445, 430, 415, 400]] }]);
  expect(third?.parts).toEqual([{ name: 'eeeee', reading: { kind: 'value', value: 500 } }]);
});

test('a source that breaks or gives too few answers is unreachable in each part', async () => {
  const broken = {
    ...source(),
    readSamples: async () => {
      throw new Error('oh');
    },
    read: async () => [],
  };
  const wanted = [{ parts: [part('a'), part('b', { range })], samples: null }];
  const [asked] = [...(await askAll({ metrics: broken, clock, settings }, wanted, at, forever)).values()];
  expect(asked?.parts).toEqual([
    { name: 'a', reading: { kind: 'unreachable', reason: 'the source did not answer this question' } },
    { name: 'b', reading: { kind: 'unreachable', reason: 'unexpected: oh' }, samples: [] },
  ]);
});
