import type { Reading } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import { fromReading, toReading } from './trigger-row.ts';

describe('a reading comes back from its columns as it was', () => {
  it.each<Reading>([
    { kind: 'value', value: 0 },
    { kind: 'value', value: Number.POSITIVE_INFINITY },
    { kind: 'no-data' },
    { kind: 'no-data', over: true },
    { kind: 'not-a-number' },
    { kind: 'unreachable', reason: 'over' },
    { kind: 'ambiguous', count: 3 },
  ])('%j', (reading) => expect(toReading(fromReading(reading))).toEqual(reading));
});
