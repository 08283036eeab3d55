import { describe, expect, test } from 'vitest';
import { rangeFault, rangeOf } from './time-range.ts';

const now = Date.UTC(2026, 0, 5, 12, 0, 31);
const custom = (from: string, to: string) => ({ range: 'custom', from, to });

describe('a time range', () => {
  test('that ends now begins at a whole minute and has no end', () => {
    expect(rangeOf({ range: '1h', from: '', to: '' }, now)).toEqual({ from: '2026-01-05T11:00:00.000Z' });
    expect(rangeOf({ range: '7d', from: '', to: '' }, now).from).toBe('2025-12-29T12:00:00.000Z');
  });

  test.each([
    [{ range: '', from: '2026-01-01T00:00Z', to: '' }, {}],
    [{ range: 'nonsense', from: '', to: '' }, {}],
    [custom('2026-01-01T00:00Z', ''), { from: '2026-01-01T00:00:00.000Z' }],
    [custom('soon', '2026-01-02T00:00Z'), { to: '2026-01-02T00:00:00.000Z' }],
  ])('%j asks for %j', (choice, range) => {
    expect(rangeOf(choice, now)).toEqual(range);
  });

  test('that ends before it begins says so', () => {
    expect(rangeFault(custom('2026-01-02T00:00Z', '2026-01-01T00:00Z'))).toMatch(/later end/);
    expect(rangeFault(custom('2026-01-01T00:00Z', '2026-01-02T00:00Z'))).toBeNull();
    expect(rangeFault({ range: '1h', from: '2026-01-02T00:00Z', to: '2026-01-01T00:00Z' })).toBeNull();
  });
});
