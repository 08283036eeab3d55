import { aDeployment, aTrigger, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Foresight } from '../decision/foresee.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { fleetStanding, worstFirst } from './fleet-standing.ts';
import type { KnownService } from './known-service.ts';
import { standingOf } from './service-standing.ts';

const now = dayZero + 60 * minute;
const moment = { now, intervalMs: 15 * second, standingMs: minute, readingSince: null };
const breaching: TriggerState = {
  ...initialTriggerState,
  ...{ phase: 'firing', since: now - minute, heldMs: 2 * minute, lastSlot: now, lastJudgedSlot: now },
  reading: { kind: 'value', value: 0.082 },
};
const target = { release: 1, version: 'v1' };
const suggested = { next: { verdict: 'suggest', wanted: 'suggest', restraints: [], guards: [] }, news: [] };

function known(over: Partial<KnownService> = {}): KnownService {
  const startedAt = now - 10 * minute;
  return {
    service: { key: 'main/shop/web', name: 'web', dependencies: [] },
    release: {
      ...aDeployment({ status: 'completed', startedAt, completedAt: startedAt, watchEndsAt: now + minute }),
      doubt: null,
    },
    triggers: [{ trigger: aTrigger(), state: breaching }],
    declaredAt: null,
    target,
    ...{ activeRun: null, stoppedRunId: null, followed: { kind: 'seen' }, outages: [] },
    ...{ acknowledgement: null, foresight: suggested as unknown as Foresight },
    ...over,
  };
}

test('what fires says that a rollback is suggested for as long as it is', () => {
  const standing = standingOf(known(), moment);
  expect(standing).toMatchObject({
    state: 'firing',
    next: { words: 'a rollback to v1 is suggested', at: null },
    sentence: 'high_error_rate 8.2 % > 5 % for 2 min, firing, a rollback to v1 is suggested',
  });
  expect(standingOf(known({ target: null }), moment).next?.words).toBe('there is nothing to go back to');
  expect(standingOf(known({ foresight: null }), moment).next).toBeNull();
});

test('who acknowledged it is told when it calls again', () => {
  const breaches = [{ trigger: aTrigger().name, since: breaching.since }];
  const acknowledgement = { by: 'ada', note: null, at: now, until: now + 30 * minute, breaches };
  expect(standingOf(known({ acknowledgement }), moment)).toMatchObject({
    state: 'acknowledged',
    next: { words: 'calls again', at: acknowledgement.until },
  });
});

test('a breach that is only recorded is not called watched once the watch is over', () => {
  const triggers = [
    { trigger: aTrigger(), state: { ...breaching, phase: 'inactive' as const } },
    { trigger: aTrigger({ name: 'noise', severity: 'log_only' }), state: breaching },
  ];
  const { release, ...rest } = known({ triggers, foresight: null });
  const over = standingOf(
    { ...rest, release: release && { ...release, watchClosedAt: now - minute } },
    moment,
  );
  expect(over).toMatchObject({
    state: 'recorded',
    word: 'In recorded breach',
    lead: 'noise 8.2 % > 5 % for 2 min, only recorded',
    since: breaching.since,
    actor: 'nobody',
  });
  expect(standingOf({ ...rest, release }, moment).state).toBe('watched');
  const said = fleetStanding([{ known: rest as KnownService, standing: over }]);
  expect(said.title).toBe('Nothing to do: 1 in recorded breach');
});

test('what fires stands above what cannot be seen where nobody handles either', () => {
  const outages = [{ kind: 'cluster', name: 'main', text: 'Cluster main does not answer' } as const];
  const unseen = standingOf(known({ triggers: [], outages, foresight: null }), moment);
  const firing = standingOf(known(), moment);
  expect(unseen.actor).toBe(firing.actor);
  expect([unseen, firing].sort(worstFirst).map(({ state }) => state)).toEqual(['firing', 'unseen']);
});

test('what nothing watches where a rollback stopped is said so, and not that its reading will come', () => {
  const lead = (triggers: KnownService['triggers']) =>
    standingOf(known({ triggers, stoppedRunId: 'r1', foresight: null }), moment).lead;
  expect(lead([])).toBe('a rollback stopped and needs a person; nothing watches it: it has no triggers');
  expect(lead([{ trigger: aTrigger(), state: null }])).toMatch(/; what serves is not read yet$/);
});

test('a version that was put back is said first where nothing fires, and besides where something does', () => {
  const putBack = {
    ...({ kind: 'back', runId: 'r1', by: null } as const),
    words:
      'v42 is back on Deployment web: put there by Argo CD application shop (argocd-controller) at 03:12:00 UTC.',
    advice: 'Disable auto-sync of application shop.',
  };
  const withBack = (over: Partial<KnownService> = {}) => {
    const { release, ...rest } = known(over);
    return standingOf({ ...rest, release: release && { ...release, putBack } }, moment);
  };
  const calm = [{ trigger: aTrigger(), state: { ...breaching, phase: 'inactive' as const } }];
  expect(withBack({ triggers: calm, foresight: null })).toMatchObject({
    ...{ state: 'watched', word: 'Put back', meaning: 'act', actor: 'you' },
    lead: 'v42 is back on Deployment web: put there by Argo CD application shop (argocd-controller) at 03:12:00 UTC',
    sentence: expect.stringMatching(/^v42 is back .*; Disable auto-sync of application shop$/),
  });
  expect(withBack()).toMatchObject({
    ...{ state: 'firing', word: 'Firing', actor: 'you' },
    restraints: [
      'v42 is back on Deployment web: put there by Argo CD application shop (argocd-controller) at 03:12:00 UTC',
      'Disable auto-sync of application shop',
    ],
  });
  const activeRun = { id: 'r2', expectedAt: null };
  expect(withBack({ activeRun })).toMatchObject({ state: 'rolling_back', actor: 'lastgood', restraints: [] });
});
