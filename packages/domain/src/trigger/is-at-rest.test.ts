import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { isAtRest, isPackable } from './is-at-rest.ts';
import type { JudgedReading } from './judged-reading.ts';
import type { Reading } from './reading.ts';

const rules = { intervalMs: 15_000, outageToleranceMs: 300_000 };

function judged(over: Partial<JudgedReading> = {}): JudgedReading {
  return {
    ...{ deploymentId: 'd2', trigger: 'errors', slot: 0, threshold: 0.05, phase: 'inactive', heldMs: 0 },
    ...{ reading: { kind: 'value', value: 0.01 }, samples: null, lateMs: 0, counts: true, settling: false },
    definition: { trigger: aTrigger(), rules },
    ...over,
  };
}

const down: Reading = { kind: 'unreachable', reason: 'refused' };
const many: Reading = { kind: 'ambiguous', count: 2 };

describe('a reading is at rest', () => {
  it.each<[string, Partial<JudgedReading>]>([
    ['within its threshold', {}],
    ['on its threshold', { reading: { kind: 'value', value: 0.05 } }],
    ['without data that means anything', { reading: { kind: 'no-data' } }],
    ['0/0, before anything was judged', { reading: { kind: 'not-a-number' }, phase: 'unknown' }],
    ['healthy on few samples', { samples: { kind: 'value', value: 1 } }],
    ['with a companion that answers nothing', { samples: { kind: 'no-data' } }],
  ])('%s', (_, over) => expect(isAtRest(judged(over))).toBe(true));
});

describe('a reading is not at rest', () => {
  it.each<[string, Partial<JudgedReading>]>([
    ['in breach while few samples hold it back', { reading: { kind: 'value', value: 0.2 } }],
    ['in breach while the deployment settles', { reading: { kind: 'value', value: 0.2 }, phase: 'unknown' }],
    ['while a breach is counted', { phase: 'pending', reading: { kind: 'no-data' } }],
    ['while it fires, though healthy', { phase: 'firing' }],
    ['with something counted still', { heldMs: 15_000 }],
    ['that could not be asked', { reading: down }],
    ['of too many series', { reading: many }],
    ['with a companion that could not be asked', { samples: down }],
  ])('%s', (_, over) => expect(isAtRest(judged(over))).toBe(false));
});

describe('of what stands a reading is packed', () => {
  it.each<[string, Partial<JudgedReading>, boolean]>([
    ['at rest', {}, true],
    ['that could not be asked', { reading: down, samples: down }, true],
    ['of too many series', { reading: many }, true],
    ['in breach', { reading: { kind: 'value', value: 0.2 } }, false],
    ['that could not be asked while a breach is counted', { reading: down, phase: 'pending' }, false],
  ])('%s', (_, over, packed) => {
    expect(isPackable(judged(over), true)).toBe(packed);
    expect(isPackable(judged(over), false)).toBe(packed && isAtRest(judged(over)));
  });
});
