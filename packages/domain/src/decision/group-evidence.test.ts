import { aBaseline, aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Contracts } from '../deployment/contracts.ts';
import { defaultPolicy } from '../service/service.ts';
import {
  askedFacts,
  type FollowerStanding,
  followerFacts,
  followersAmong,
  type GroupFacts,
  judgeGroup,
  judgeGroupAgain,
} from './group-evidence.ts';

const slot = dayZero + 10 * minute;
const provides = (api: string): Contracts => ({ provides: { api }, needs: {} });
const needs = (range: string): Contracts => ({ provides: {}, needs: { api: range } });

const catalog = aService({ name: 'catalog' });
const asked = {
  service: catalog,
  deployment: aDeployment({ id: 'catalog-2', service: catalog.key, contracts: provides('3') }),
  target: aBaseline({ id: 'catalog-1', service: catalog.key, contracts: provides('2') }),
};
const checkout = aService({ name: 'checkout', dependencies: [catalog.key] });
const neighbour = {
  service: checkout,
  current: aDeployment({
    ...{ id: 'checkout-2', service: checkout.key, release: 3, contracts: needs('>=3') },
  }),
  targets: [aBaseline({ id: 'checkout-1', service: checkout.key })],
};
const free: FollowerStanding = {
  policy: defaultPolicy,
  ...{ lastAttemptAt: null, activeRunId: null, isAutomatic: true, isTargetHeld: false, between: [] },
};

function facts(over: Partial<FollowerStanding> = {}, choice: GroupFacts['choice'] = 'with-dependents') {
  const follow = followersAmong(asked, [neighbour]);
  const followers = follow.map(({ neighbour: one, target }) =>
    followerFacts(one, target, target && { ...free, ...over }),
  );
  return { slot, choice, asked: askedFacts(asked), followers };
}

describe('who goes back by itself with a release', () => {
  it('takes along whom a contract says that it breaks, callers first', () => {
    expect(judgeGroup(facts())).toMatchObject({
      outcome: 'goes',
      reasons: [],
      members: [
        {
          ...{ service: checkout.key, deploymentId: 'checkout-2', targetDeploymentId: 'checkout-1' },
          why: 'needs api >=3, and v1 (release 1) of catalog provides 2',
        },
        { service: catalog.key, reason: 'asked', why: '' },
      ],
    });
  });

  it('takes nobody along of whom nothing is known but that it came after', () => {
    const since = { ...neighbour, current: aDeployment({ service: checkout.key, startedAt: slot }) };
    expect(followersAmong(asked, [since])).toEqual([]);
  });

  it.each<[string, Partial<FollowerStanding>, string]>([
    ['is being rolled back', { activeRunId: 'r1' }, 'a rollback of this service is already running'],
    ['cools down', { lastAttemptAt: slot - minute }, 'its cooldown ends at 12:14:00 UTC'],
    ['has no trigger that acts', { isAutomatic: false }, 'none of its triggers rolls back by itself'],
    ['would return to what is held', { isTargetHeld: true }, 'what it would return to is held'],
    [
      'has failed on its way back before',
      {
        between: [
          {
            ...{ id: 'b', release: 2, version: null, origin: 'rollback', status: 'completed' },
            ...{ proof: 'unproven', startedAt: dayZero, changes: [] },
            returned: { targetId: 'checkout-1', verdict: 'failed', breached: null },
          },
        ],
      },
      'and its verification failed',
    ],
    [
      'would return to what is long gone',
      { policy: { ...defaultPolicy, automaticMaxTargetAgeMs: 1 } },
      'last served',
    ],
  ])('takes none back where one %s', (_words, over, reason) => {
    const judged = judgeGroup(facts(over));
    expect(judged.outcome).toBe('objects');
    expect(judged.reasons).toEqual([
      expect.stringMatching(/^checkout has to go back with it and does not by itself: /),
    ]);
    expect(judged.reasons[0]).toContain(reason);
    expect(judged.members).toHaveLength(2);
  });

  it('asks the policy of the one that breached', () => {
    expect(judgeGroup(facts({}, 'suggest'))).toMatchObject({
      outcome: 'objects',
      reasons: ['its policy only suggests a rollback that takes others along'],
    });
  });

  it('says who lacks a release that would do', () => {
    const [one] = followersAmong(asked, [{ ...neighbour, targets: [] }]);
    if (!one) throw new Error('checkout follows');
    const none = { ...facts(), followers: [followerFacts(one.neighbour, one.target, null)] };
    expect(judgeGroup(none)).toMatchObject({
      outcome: 'objects',
      members: [],
      reasons: [expect.stringMatching(/^checkout has to go back too .* no good release of it would do$/)],
    });
  });

  it('is judged again from what is stored, without anything that a release changed', () => {
    for (const stored of [judgeGroup(facts()), judgeGroup(facts({ activeRunId: 'r1' }))]) {
      const read = JSON.parse(JSON.stringify(stored)) as typeof stored;
      expect(judgeGroupAgain({ group: read })).toEqual(stored);
      expect(JSON.stringify(read)).not.toContain('templateDigest');
    }
  });

  it('waits for what time alone ends: once a cooldown is over it goes', () => {
    const cooling = facts({ lastAttemptAt: slot - minute });
    expect(judgeGroup(cooling).outcome).toBe('objects');
    expect(judgeGroup({ ...cooling, slot: slot + 4 * minute }).outcome).toBe('goes');
  });
});
