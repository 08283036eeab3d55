import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brakesOn } from './brakes.ts';
import type { Decision } from './decision.ts';

const brakes = { maxAutomaticPerHour: 3, maxTrippedPerSlot: 4 };

const decision = (id: string, verdict: Decision['verdict'] = 'roll_back'): Decision => ({
  id,
  deploymentId: id,
  service: id,
  slot: 0,
  verdict,
  wanted: verdict,
  trigger: 't',
  sentence: '',
  restraints: [],
  evidence: [],
  guards: [],
});

const wanting = (n: number) => Array.from({ length: n }, (_, i) => decision(`d${i}`));

describe('the brakes of the fleet', () => {
  it.each([
    [1, { automaticInLastHour: 0, trippedInSlot: 0 }, []],
    [3, { automaticInLastHour: 0, trippedInSlot: 0 }, []],
    [4, { automaticInLastHour: 0, trippedInSlot: 0 }, ['d3']],
    [2, { automaticInLastHour: 2, trippedInSlot: 0 }, ['d1']],
    [2, { automaticInLastHour: 3, trippedInSlot: 0 }, ['d0', 'd1']],
    [2, { automaticInLastHour: 9, trippedInSlot: 0 }, ['d0', 'd1']],
    [5, { automaticInLastHour: 0, trippedInSlot: 0 }, ['d0', 'd1', 'd2', 'd3', 'd4']],
    [1, { automaticInLastHour: 0, trippedInSlot: 3 }, []],
    [1, { automaticInLastHour: 0, trippedInSlot: 4 }, ['d0']],
  ])('%d wanted with %o holds %o', (wanted, fleet, held) => {
    expect([...brakesOn(wanting(wanted), fleet, brakes).keys()]).toEqual(held);
  });

  it('says which brake', () => {
    const many = brakesOn(wanting(5), { automaticInLastHour: 0, trippedInSlot: 0 }, brakes);
    expect(many.get('d0')).toBe(
      '5 services want a rollback at the same time (more than 4), so the cause is more likely something they share',
    );
    const full = brakesOn(wanting(1), { automaticInLastHour: 3, trippedInSlot: 0 }, brakes);
    expect(full.get('d0')).toBe(
      'the limit of 3 automatic rollbacks an hour is reached until fewer than 3 are within the hour',
    );
    const single = { ...brakes, maxAutomaticPerHour: 1 };
    const one = brakesOn(wanting(1), { automaticInLastHour: 1, trippedInSlot: 0 }, single);
    expect(one.get('d0')).toMatch(
      /^the limit of 1 automatic rollback an hour is reached until none is within the hour$/,
    );
  });

  it('counts and holds automatic rollbacks only', () => {
    const others = [
      decision('s1', 'suggest'),
      decision('s2', 'suggest'),
      ...wanting(3),
      decision('s3', 'record'),
    ];
    expect(brakesOn(others, { automaticInLastHour: 0, trippedInSlot: 0 }, brakes).size).toBe(0);
  });

  it('never lets more through in an hour than allowed', () => {
    const facts = fc.record({ automaticInLastHour: fc.nat(6), trippedInSlot: fc.nat(6) });
    fc.assert(
      fc.property(fc.nat(8), facts, (wanted, fleet) => {
        const through = wanted - brakesOn(wanting(wanted), fleet, brakes).size;
        expect(through).toBeLessThanOrEqual(
          Math.max(0, brakes.maxAutomaticPerHour - fleet.automaticInLastHour),
        );
        if (wanted + fleet.trippedInSlot > brakes.maxTrippedPerSlot) expect(through).toBe(0);
      }),
    );
  });
});
