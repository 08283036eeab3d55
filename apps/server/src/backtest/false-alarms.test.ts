import { expect, test } from 'vitest';
import { falseAlarmsPerWeekAsked, falseAlarmWords } from './false-alarms.ts';

const hour = 3_600_000;
const day = 24 * hour;
const month = { from: 0, to: 30 * day, isCut: false, cases: [] };
const since = (startedAt: number) => ({
  ...month,
  isCut: true,
  cases: [{ deployment: { startedAt } }] as never,
});

test('a rate by watches of some minutes is never told as one by the calendar', () => {
  // By the time watched that is 84 a week.
  const score = { falseAlarms: 1, judgedMs: 2 * hour };
  expect(falseAlarmWords(score, month)).toBe(
    '1 false alarm in 2 h of good deployments watched (0.23 a week over the time asked for)',
  );
  expect(falseAlarmsPerWeekAsked(score, month)).toBeCloseTo(7 / 30);
});

test('of the time before the oldest one that was judged it says nothing', () =>
  expect(falseAlarmWords({ falseAlarms: 2, judgedMs: 90 * 60_000 }, since(16 * day))).toBe(
    '2 false alarms in 1 h 30 min of good deployments watched (1 a week since the oldest of them)',
  ));

test('less than a week tells of no week', () =>
  expect(falseAlarmWords({ falseAlarms: 1, judgedMs: 600_000 }, { ...month, to: day })).toBe(
    '1 false alarm in 10 min of good deployments watched',
  ));

test('none is said to be none, and without time watched nothing is said', () => {
  expect(falseAlarmWords({ falseAlarms: 0, judgedMs: day }, month)).toBe(
    'no false alarms in 1 d of good deployments watched',
  );
  expect(falseAlarmWords({ falseAlarms: 0, judgedMs: 0 }, month)).toBeNull();
  expect(falseAlarmsPerWeekAsked({ falseAlarms: 0, judgedMs: 0 }, month)).toBeNull();
});
