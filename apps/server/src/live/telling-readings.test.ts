import { expect, test } from 'vitest';
import type { LiveMessage } from './live-messages.ts';
import { createTellingReadings } from './telling-readings.ts';

const reading = (
  phase: 'inactive' | 'pending' | 'firing',
  kind: 'value' | 'no-data' = 'value',
  trigger = 'a',
) =>
  ({ type: 'reading', deploymentId: 'd1', trigger, phase, reading: { kind }, trouble: null }) as LiveMessage;
const heartbeat = { type: 'heartbeat' } as LiveMessage;

test('what breaches is told in every slot, and that it is over once', () => {
  const telling = createTellingReadings();
  telling.of([reading('inactive')]);
  const told = (...messages: LiveMessage[]) => telling.of(messages).length;
  expect(told(reading('pending'))).toBe(1);
  expect(told(reading('pending'))).toBe(1);
  expect(told(reading('firing'))).toBe(1);
  expect(told(reading('inactive'))).toBe(1);
  expect(told(reading('inactive'))).toBe(0);
});

test('that a number is missing is told once, and that it is back', () => {
  const telling = createTellingReadings();
  const told = (message: LiveMessage) => telling.of([message]).length;
  told(reading('inactive'));
  expect([told(reading('inactive', 'no-data')), told(reading('inactive', 'no-data'))]).toEqual([1, 0]);
  expect(told(reading('inactive'))).toBe(1);
});

test('triggers are told apart, and everything else is told', () => {
  const telling = createTellingReadings();
  telling.of([reading('inactive', 'value', 'a')]);
  expect(
    telling.of([heartbeat, reading('inactive', 'value', 'a'), reading('inactive', 'value', 'b')]),
  ).toEqual([heartbeat, reading('inactive', 'value', 'b')]);
});
