import type { OutsideStatus } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { outsideMeaning, outsideSentence } from './outside-meaning.ts';

const one = (state: OutsideStatus['state'], name = 'prod') => ({
  ...({ kind: 'metrics', state, title: 'Prometheus', name } as const),
});
const chat = { kind: 'notifier', state: 'down', title: 'Slack', name: 'chat' } as const;

test.each([
  [[one('up')], 'Everything that was asked answers.'],
  [[one('up'), one('unknown')], 'Everything that was asked answers. Of 1 it is not known yet.'],
  [[one('unknown')], 'Nothing has been asked yet whether it answers.'],
  [[one('down'), one('up')], 'Prometheus prod does not answer.'],
  [
    [one('down'), one('down', 'stage'), one('unknown')],
    'Prometheus prod and Prometheus stage do not answer. Of 1 it is not known yet.',
  ],
  [[chat, one('down')], 'Prometheus prod does not answer. Slack chat takes nothing.'],
])('%j', (outside, sentence) => {
  expect(outsideSentence(outside)).toBe(sentence);
});

test('what is not known never looks well, and a limit is seen', () => {
  expect(outsideMeaning({ kind: 'cluster', state: 'unknown', notes: [] }).meaning).toBe('unknown');
  expect(outsideMeaning({ kind: 'signals', state: 'unknown', notes: ['last heard from at noon'] })).toEqual({
    ...{ meaning: 'unknown', word: 'Not heard' },
  });
  expect(outsideMeaning({ kind: 'signals', state: 'up', notes: [] })).toEqual({
    meaning: 'quiet',
    word: 'Heard',
  });
  expect(outsideMeaning({ kind: 'cluster', state: 'up', notes: ['may only list'] }).meaning).toBe('watch');
});
