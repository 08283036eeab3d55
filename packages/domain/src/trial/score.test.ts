import { expect, test } from 'vitest';
import type { BacktestLabel, BacktestOutcome } from './backtest-deployment.ts';
import { type Scored, scoreOf } from './score.ts';

const hour = 3_600_000;

/** @param fired when, in hours; @param hours for how long it was judged, a slot each hour */
function tested(
  label: BacktestLabel,
  fired: number[],
  over: { hours?: number; lead?: number; outcome?: BacktestOutcome; partly?: boolean; open?: boolean } = {},
): Scored {
  const reading = { kind: 'value', value: 1 } as const;
  return {
    label,
    outcome: over.outcome ?? (fired.length > 0 ? 'fired' : 'quiet'),
    firings: fired.map((at) => ({ firedAt: at * hour, resolvedAt: null, heldMs: 0, reading })),
    leadMs: over.lead ?? null,
    answered: over.hours ?? 0,
    isPartlyRead: over.partly ?? false,
    isLeftOpen: over.open ?? false,
  };
}

test('counts what is labelled, and tells rates by it', () => {
  const all = [
    tested('bad', [1, 3], { lead: 4 * hour }),
    tested('bad', [2], { lead: -hour }),
    tested('bad', []),
    tested('good', [1, 5, 9], { hours: 100 }),
    tested('good', [], { hours: 68 }),
    tested(null, [1], { hours: 1_000 }),
  ];
  expect(scoreOf(all, hour)).toEqual({
    ...{ caught: 2, missed: 1, falselyAccused: 1, leftAlone: 1 },
    // Three in the 168 hours that good ones were judged.
    ...{ falseAlarms: 3, falseAlarmsPerWeek: 3, judgedMs: 168 * hour },
    ...{ precision: 2 / 3, recall: 2 / 3, medianLeadMs: 1.5 * hour },
  });
});

test('says nothing of what there was none of', () => {
  expect(scoreOf([tested(null, [1])], hour)).toMatchObject({
    ...{ falseAlarmsPerWeek: null, precision: null, recall: null, medianLeadMs: null },
  });
  expect(scoreOf([tested('good', [], { hours: 2 })], hour)).toMatchObject({
    ...{ falseAlarmsPerWeek: 0, precision: null, recall: null },
  });
  expect(scoreOf([tested('bad', [])], hour)).toMatchObject({ precision: null, recall: 0 });
});

test('what could not be read counts neither way, and silence never for it', () => {
  const all = [
    tested('bad', [], { outcome: 'unread' }),
    tested('bad', [], { outcome: 'not_due' }),
    tested('bad', [], { outcome: 'silent' }),
    tested('good', [], { outcome: 'unread', hours: 9 }),
    tested('good', [], { outcome: 'silent', hours: 9 }),
    tested('good', [], { hours: 2 }),
  ];
  expect(scoreOf(all, hour)).toMatchObject({
    ...{ caught: 0, missed: 1, falselyAccused: 0, leftAlone: 1, judgedMs: 2 * hour },
  });
});

test('what was read in part only counts in no share, whether or not it fired', () => {
  const whole = [
    tested('bad', [1], { lead: hour }),
    tested('bad', []),
    tested('good', [1], { hours: 10 }),
    tested('good', [], { hours: 10 }),
  ];
  const partly = [
    tested('bad', [1, 2], { partly: true, lead: 9 * hour }),
    tested('bad', [], { outcome: 'unread', partly: true }),
    tested('good', [1, 2], { partly: true, hours: 8 }),
    tested('good', [], { outcome: 'unread', partly: true, hours: 8 }),
  ];
  expect(scoreOf([...whole, ...partly], hour)).toEqual(scoreOf(whole, hour));
});

test('that it does not fire in the beginning of a watch counts neither way, that it does counts', () => {
  const all = [
    tested('bad', [], { open: true }),
    tested('bad', [], { open: true, outcome: 'silent' }),
    tested('bad', [1], { open: true, lead: hour }),
    tested('good', [], { open: true, hours: 3 }),
    tested('good', [1], { open: true, hours: 3 }),
  ];
  expect(scoreOf(all, hour)).toMatchObject({
    ...{ caught: 1, missed: 0, falselyAccused: 1, leftAlone: 0 },
    // Six hours were watched, whatever came after them.
    ...{ falseAlarms: 1, judgedMs: 6 * hour },
  });
});
