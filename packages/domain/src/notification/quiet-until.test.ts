import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QuietHours } from '../service/notify-route.ts';
import { isTimezone, quietUntil } from './quiet-until.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const night: QuietHours = { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' };
const until = (hours: QuietHours, at: string) => {
  const end = quietUntil(hours, Date.parse(at));
  return end === null ? null : new Date(end).toISOString().slice(0, 16);
};

describe('a night', () => {
  test.each([
    ['2026-01-10T20:59:59Z', null],
    ['2026-01-10T21:00:00Z', '2026-01-11T06:00'],
    ['2026-01-11T02:00:00Z', '2026-01-11T06:00'],
    ['2026-01-11T05:59:59.999Z', '2026-01-11T06:00'],
    ['2026-01-11T06:00:00Z', null],
    ['2026-07-10T20:00:00Z', '2026-07-11T05:00'],
  ])('at %s is quiet until %s', (at, expected) => expect(until(night, at)).toBe(expected));

  test('in which clocks are set ends when they show its end', () => {
    // 2026-03-29 at 02:00 they are set to 03:00, 2026-10-25 at 03:00 back to 02:00.
    expect(until(night, '2026-03-28T22:00:00Z')).toBe('2026-03-29T05:00');
    expect(until(night, '2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00');
  });

  test('that begins or ends at a time which is skipped or comes twice', () => {
    expect(until({ ...night, to: '02:30' }, '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:30');
    expect(until({ ...night, to: '02:30' }, '2026-10-24T23:00:00Z')).toBe('2026-10-25T00:30');
    // The second 02:15 is after the first 02:30.
    expect(until({ ...night, to: '02:30' }, '2026-10-25T01:15:00Z')).toBeNull();
    expect(until({ ...night, from: '02:30', to: '04:00' }, '2026-03-29T01:15:00Z')).toBeNull();
  });

  test('of some days is that which begins on them', () => {
    const friday: QuietHours = { ...night, days: ['fri'] };
    expect(until(friday, '2026-01-09T23:00:00Z')).toBe('2026-01-10T06:00');
    expect(until(friday, '2026-01-10T02:00:00Z')).toBe('2026-01-10T06:00');
    expect(until(friday, '2026-01-10T22:00:00Z')).toBeNull();
    expect(until(friday, '2026-01-09T02:00:00Z')).toBeNull();
  });
});

test('a weekend ends when its last day does, and what never ends is held back for a week', () => {
  const whole = { from: '00:00', to: '00:00', timezone: 'America/New_York' };
  expect(until({ ...whole, days: ['sat', 'sun'] }, '2026-01-10T12:00:00Z')).toBe('2026-01-12T05:00');
  expect(until(whole, '2026-01-10T12:00:00Z')).toBe('2026-01-17T12:00');
});

test('a timezone is known by its name', () => {
  expect(['UTC', 'Europe/Berlin', 'Etc/GMT+12', 'Europe/Berln', 'Mars/Base', ''].map(isTimezone)).toEqual([
    ...[true, true, true, false, false, false],
  ]);
});

/** What the clock of a timezone shows, by another way: "Mon 07:00". */
const shown = (timezone: string, at: number) => {
  const words = new Date(at).toLocaleString('en-US', {
    ...{ timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  return { day: words.slice(0, 3).toLowerCase(), time: words.slice(-5) };
};
/** In milliseconds; seconds are left out of both sides. */
const offset = (timeZone: string, at: number) =>
  Date.parse(`${new Date(at).toLocaleString('sv-SE', { timeZone })}Z`) - Math.floor(at / 1_000) * 1_000;
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
const timeOfDay = fc
  .integer({ min: 0, max: 24 * 4 - 1 })
  .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
const hours = fc.record({ from: timeOfDay, to: timeOfDay, timezone: fc.constantFrom(...zones) });
const instants = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) });

test('whatever the zone and the season: quiet is what lies between two times of its clock, and ends at the second', () => {
  const isBetween = (time: string, { from, to }: QuietHours) =>
    from < to ? from <= time && time < to : time >= from || time < to;
  const isSet = (zone: string, at: number) => offset(zone, at - day) !== offset(zone, at + day);
  fc.assert(
    fc.property(hours, instants, (given, at) => {
      const end = quietUntil(given, at);
      // A day in which clocks are set has times that come twice or never: those are the examples above.
      if (isSet(given.timezone, at)) return;
      expect(end !== null).toBe(isBetween(shown(given.timezone, at).time, given));
      if (end === null || given.from === given.to) return;
      expect(end).toBeGreaterThan(at);
      expect(end - at).toBeLessThanOrEqual(day);
      expect(shown(given.timezone, end).time).toBe(given.to);
      expect(quietUntil(given, end)).toBeNull();
      expect(quietUntil(given, end - 1)).toBe(end);
    }),
    { numRuns: 400 },
  );
});

test('on days in which clocks are set, too, it is never held back for longer than a day and an hour, and then it is sent', () => {
  const transitions = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z'];
  const near = fc
    .tuple(fc.constantFrom(...transitions), fc.integer({ min: -1_500, max: 1_500 }))
    .map(([at, minutes]) => Date.parse(at) + minutes * minute);
  fc.assert(
    fc.property(hours, near, (given, at) => {
      fc.pre(given.from !== given.to);
      const end = quietUntil(given, at);
      if (end === null) return;
      expect(end).toBeGreaterThan(at);
      expect(end - at).toBeLessThanOrEqual(day + hour);
      expect(quietUntil(given, end)).toBeNull();
    }),
    { numRuns: 400 },
  );
});

test('by a timezone that this machine does not know nothing is quiet', () => {
  const at = Date.parse('2026-01-10T23:00:00Z');
  expect(quietUntil({ from: '00:00', to: '00:00', timezone: 'Europe/Newtown' }, at)).toBeNull();
});
