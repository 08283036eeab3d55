import { expect, test } from 'vitest';
import type { LiveMessage } from './live-messages.ts';
import { newestOf } from './newest-of-tick.ts';
import { createTellingReadings } from './telling-readings.ts';

const reading = (
  phase: 'inactive' | 'pending' | 'firing',
  kind: 'value' | 'no-data' = 'value',
  trigger = 'a',
) =>
  ({ type: 'reading', deploymentId: 'd1', trigger, phase, reading: { kind }, trouble: null }) as LiveMessage;

function tellingReadings() {
  const telling = createTellingReadings();
  return (messages: readonly LiveMessage[]) => telling.of(newestOf(messages).readings);
}

test('what breaches is told in every slot, and that it is over once', () => {
  const telling = tellingReadings();
  telling([reading('inactive')]);
  const told = (...messages: LiveMessage[]) => telling(messages).length;
  expect(told(reading('pending'))).toBe(1);
  expect(told(reading('pending'))).toBe(1);
  expect(told(reading('firing'))).toBe(1);
  expect(told(reading('inactive'))).toBe(1);
  expect(told(reading('inactive'))).toBe(0);
});

test('that a number is missing is told once, and that it is back', () => {
  const telling = tellingReadings();
  const told = (message: LiveMessage) => telling([message]).length;
  told(reading('inactive'));
  expect([told(reading('inactive', 'no-data')), told(reading('inactive', 'no-data'))]).toEqual([1, 0]);
  expect(told(reading('inactive'))).toBe(1);
});

test('triggers are told apart', () => {
  const telling = tellingReadings();
  telling([reading('inactive', 'value', 'a')]);
  expect(telling([reading('inactive', 'value', 'a'), reading('inactive', 'value', 'b')])).toEqual([
    reading('inactive', 'value', 'b'),
  ]);
});
