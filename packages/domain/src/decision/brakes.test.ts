import { aDeployment } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Braking, brakesOn as brakesAmong, contenderOf, trippedServices } from './brakes.ts';
import type { Brakes, FleetFacts } from './contender.ts';
import type { Decision } from './decision.ts';
import type { GroupEvidence } from './group-evidence.ts';

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

const brakesOn = (decisions: readonly Decision[], fleet: FleetFacts, limits: Brakes): Braking =>
  brakesAmong(
    decisions.flatMap((one) => contenderOf(one) ?? []),
    fleet,
    limits,
  );

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
    expect([...brakesOn(wanting(wanted), fleet, brakes).held.keys()]).toEqual(held);
  });

  it('says which brake', () => {
    const many = brakesOn(wanting(5), { automaticInLastHour: 0, trippedInSlot: 0 }, brakes).held;
    expect(many.get('d0')).toBe(
      '5 services want a rollback at the same time (more than 4), so the cause is more likely something they share',
    );
    const full = brakesOn(wanting(1), { automaticInLastHour: 3, trippedInSlot: 0 }, brakes).held;
    expect(full.get('d0')).toBe(
      'the limit of 3 automatic rollbacks an hour is reached until fewer than 3 are within the hour',
    );
    const single = { ...brakes, maxAutomaticPerHour: 1 };
    const one = brakesOn(wanting(1), { automaticInLastHour: 1, trippedInSlot: 0 }, single).held;
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
    expect(brakesOn(others, { automaticInLastHour: 0, trippedInSlot: 0 }, brakes).held.size).toBe(0);
  });

  it('never lets more through in an hour than allowed', () => {
    const facts = fc.record({ automaticInLastHour: fc.nat(6), trippedInSlot: fc.nat(6) });
    fc.assert(
      fc.property(fc.nat(8), facts, (wanted, fleet) => {
        const through = wanted - brakesOn(wanting(wanted), fleet, brakes).held.size;
        expect(through).toBeLessThanOrEqual(
          Math.max(0, brakes.maxAutomaticPerHour - fleet.automaticInLastHour),
        );
        if (wanted + fleet.trippedInSlot > brakes.maxTrippedPerSlot) expect(through).toBe(0);
      }),
    );
  });
});

/** A decision about a service that takes others along; it depends on `dependencies`. */
function group(service: string, followers: readonly string[], dependencies: readonly string[] = []) {
  const member = (name: string): GroupEvidence['members'][number] => ({
    ...{ service: name, name, deploymentId: `${name}-2`, targetDeploymentId: `${name}-1` },
    ...(name === service ? { reason: 'asked', why: '' } : { reason: 'contract', why: 'needs it' }),
  });
  const release = aDeployment({ id: `${service}-2` });
  const asked = {
    service: { key: service, name: service, dependencies: [...dependencies] },
    deployment: release,
    target: release,
  };
  const evidence: GroupEvidence = {
    ...{ slot: 0, choice: 'with-dependents', asked, followers: [], outcome: 'goes', reasons: [] },
    members: [...followers, service].map(member),
  };
  return { ...decision(service), group: evidence };
}

describe('the brakes, where a rollback takes others along', () => {
  const quiet = { automaticInLastHour: 0, trippedInSlot: 0 };
  const taken = (of: Braking) => [...of.goesWith].map(([service, { service: leader }]) => [service, leader]);

  it.each([
    ['three services fit into three an hour', group('a', ['b', 'c']), 0, null],
    [
      'one was taken back before: only two are left',
      group('a', ['b', 'c']),
      1,
      'it would take back 3 services, and 2 of the limit of 3 automatic rollbacks an hour are left until none is within the hour',
    ],
    [
      'two do not fit into the one that is left',
      group('a', ['b']),
      2,
      'it would take back 2 services, and 1 of the limit of 3 automatic rollbacks an hour is left until fewer than 2 are within the hour',
    ],
    [
      'four never fit',
      group('a', ['b', 'c', 'd']),
      0,
      'it would take back 4 services, and the limit is 3 automatic rollbacks an hour, each service counted',
    ],
  ])('count every service for the hour: %s', (_words, one, automaticInLastHour, held) => {
    const braking = brakesOn([one], { ...quiet, automaticInLastHour }, brakes);
    expect(braking.held.get('a') ?? null).toBe(held);
  });

  it('count every service for the slot, each once whoever wants it back', () => {
    const both = [group('a', ['b', 'c', 'd']), decision('d')];
    expect(trippedServices(both).sort()).toEqual(['a', 'b', 'c', 'd']);
    const many = { maxAutomaticPerHour: 9, maxTrippedPerSlot: 4 };
    expect(brakesOn(both, quiet, many).held.size).toBe(0);
    const held = brakesOn([...both, decision('e')], quiet, many).held;
    expect([...held.keys()].sort()).toEqual(['a', 'd', 'e']);
    expect(held.get('a')).toBe('5 services would go back at the same time (more than 4)');
  });

  it('suspect nothing shared where only one fails and others go along', () => {
    const many = { maxAutomaticPerHour: 9, maxTrippedPerSlot: 3 };
    const alone = brakesOn([group('a', ['b', 'c', 'd'])], quiet, many).held;
    expect(alone.get('a')).toBe('it would take back 4 services, and the limit at the same time is 3');
    const failing = [group('a', ['x']), ...['b', 'c', 'd'].map((name) => decision(name))];
    expect(brakesOn(failing, quiet, many).held.get('a')).toBe(
      '5 services would go back at the same time (more than 3), so the cause is more likely something they share',
    );
  });

  it('let the cause take its followers along, whatever the order, and those go with it and not alone', () => {
    for (const all of [
      [group('catalog', ['checkout']), decision('checkout')],
      [decision('checkout'), group('catalog', ['checkout'])],
    ]) {
      const braking = brakesOn(all, { ...quiet, automaticInLastHour: 1 }, brakes);
      expect(braking.held.size).toBe(0);
      expect(taken(braking)).toEqual([['checkout', 'catalog']]);
    }
  });

  it('of two that each take the other along, go by the one that the other depends on', () => {
    const catalog = group('catalog', ['checkout']);
    const checkout = group('checkout', ['catalog'], ['catalog']);
    for (const all of [
      [catalog, checkout],
      [checkout, catalog],
    ])
      expect(taken(brakesOn(all, quiet, brakes))).toEqual([['checkout', 'catalog']]);
  });

  it('take no service back twice: who needs one that goes with another is held', () => {
    const wide = { maxAutomaticPerHour: 9, maxTrippedPerSlot: 9 };
    const braking = brakesOn([group('a', ['x', 'y']), group('b', ['x'])], quiet, wide);
    expect([...braking.held]).toEqual([
      ['b', 'x has to go back with it and goes back with another service already'],
    ]);
  });

  it('leave a follower to itself where the group does not fit', () => {
    const braking = brakesOn(
      [group('a', ['b', 'c']), decision('c')],
      { ...quiet, automaticInLastHour: 1 },
      brakes,
    );
    expect([...braking.held.keys()]).toEqual(['a']);
    expect(taken(braking)).toEqual([]);
  });
});
