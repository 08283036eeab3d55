import { describe, expect, test } from 'vitest';
import { labelSaid, leadWords, outcomeSaid, scoreFacts } from './backtest-words.ts';

describe('what it would have done', () => {
  test.each([
    ['bad', 'fired', 'done', 'Would fire'],
    ['good', 'fired', 'watch', 'False alarm'],
    [null, 'fired', 'watch', 'Would fire'],
    ['bad', 'quiet', 'watch', 'Missed'],
    ['good', 'quiet', 'quiet', 'Would not fire'],
    ['bad', 'silent', 'watch', 'Missed: no data'],
  ] as const)('on a %s one: %s', (label, outcome, meaning, word) =>
    expect(outcomeSaid({ label, outcome })).toEqual({ meaning, word }),
  );

  test('a firing on what was read in part only is no false alarm and no catch', () => {
    for (const label of ['good', 'bad', null] as const)
      expect(outcomeSaid({ label, outcome: 'fired', isPartlyRead: true })).toEqual({
        ...{ meaning: 'unknown', word: 'Would fire, not counted' },
      });
  });

  test('a watch that was judged in its beginning only is neither missed nor left alone', () => {
    for (const label of ['good', 'bad'] as const)
      expect(outcomeSaid({ label, outcome: 'quiet', counts: false })).toEqual({
        ...{ meaning: 'unknown', word: 'Not known' },
      });
    expect(outcomeSaid({ label: 'bad', outcome: 'silent', counts: false }).word).toBe('No data');
    expect(outcomeSaid({ label: null, outcome: 'quiet', counts: false }).word).toBe('Would not fire');
  });

  test('what was not read, or answered nothing, is never said to be quiet', () => {
    for (const label of ['good', 'bad', null] as const)
      for (const outcome of ['silent', 'unread', 'not_due'] as const) {
        const { meaning, word } = outcomeSaid({ label, outcome });
        expect(meaning).not.toBe('quiet');
        expect(word).not.toMatch(/would not/i);
      }
  });
});

test('what nobody has said is not known', () => {
  expect(labelSaid({ label: null })).toEqual({ meaning: 'unknown', word: 'Not known' });
  expect(labelSaid({ label: 'bad' }).word).toBe('Bad');
});

test('a lead is before or after', () => {
  expect(leadWords(120)).toBe('2 min before');
  expect(leadWords(-10)).toBe('10 s after');
  expect(leadWords(0.4)).toBe('at that moment');
  expect(leadWords(-0.4)).toBe('at that moment');
  expect(leadWords(null)).toBeNull();
});

const score = {
  ...{ caught: 3, missed: 1, falselyAccused: 1, leftAlone: 19, falseAlarms: 2, falseAlarmsPerWeek: 84 },
  ...{
    falseAlarmsPerWeekAsked: 0.47,
    falseAlarmWords:
      '2 false alarms in 4 h of good deployments watched (0.47 a week over the time asked for)',
  },
  ...{ judgedSeconds: 4 * 3_600, precision: 0.75, recall: 0.75, medianLeadSeconds: 120 },
};

test('a score is told with what it is a share of', () =>
  expect(scoreFacts({ score }).map(({ value, means }) => `${value}: ${means}`)).toEqual([
    '75 %: It fires on 3 of 4 bad deployments.',
    '75 %: Of 4 on which it fires 3 are bad.',
    '2: 2 false alarms in 4 h of good deployments watched (0.47 a week over the time asked for).',
    '2 min before: The median, against when somebody, or a trigger, took them back.',
  ]));

test('what cannot be told is not known, and never nought', () => {
  const none = { ...score, precision: null, recall: null, falseAlarmWords: null, medianLeadSeconds: null };
  expect(scoreFacts({ score: none }).map(({ value }) => value)).toEqual(Array(4).fill('not known'));
});
