import {
  aDeployment,
  anObserved,
  aService,
  aSnapshot,
  aTrigger,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { closeFailedWatch } from './close-failed-watch.ts';
import type { Change, Deployment } from './deployment.ts';
import { followService } from './follow.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const web = { kind: 'Deployment', name: 'web' } as const;
const worker = { kind: 'Deployment', name: 'worker' } as const;
const silent = 2 * minute;
const deadline = 10 * minute;

const change = (
  before: WorkloadSnapshot | null,
  after: WorkloadSnapshot | null,
  target: WorkloadRef = web,
): Change => ({ kind: 'workload', target, before, after });
const service = aService();
const follow = (latest: Deployment, seen: ObservedWorkload[], at: number) =>
  followService({ service, latest, activeRunId: null, holds: [] }, seen, dayZero + at);
const statusOf = (latest: Deployment, seen: ObservedWorkload[], at: number) =>
  follow(latest, seen, at)?.deployments?.[0]?.status;

const detected = aDeployment({ origin: 'detected' });
const reported = aDeployment({ reportedCompleteAt: dayZero });
const unapplied = { changes: [change(v1, null)] };
const done = [anObserved(v2)];
const inPhase = (phase: TriggerPhase) => ({ trigger: aTrigger(), state: { ...initialTriggerState, phase } });
const stuck = [
  anObserved(v2, {
    complete: false,
    progress: {
      ...anObserved(v2, { complete: false }).progress,
      warning: 'pod web-1: ImagePullBackOff',
    },
    serving: anObserved(v1).serving,
  }),
];

describe('a rollout during which Lastgood was away', () => {
  const absences = [{ from: dayZero + minute, to: dayZero + 4 * minute }];
  const after = (at: number, maxInProgressMs = 60 * minute) => {
    const patient = aService({ policy: { ...service.policy, maxInProgressMs } });
    const followed = { service: patient, latest: reported, activeRunId: null, holds: [], absences };
    return followService(followed, stuck, dayZero + at);
  };

  it('is given that much longer, and is told why', () => {
    expect(after(deadline + 3 * minute - 1)?.deployments?.[0]?.status).toBeUndefined();
    const failed = after(deadline + 3 * minute);
    expect(failed?.deployments?.[0]?.status).toBe('failed');
    expect(failed?.events?.at(-1)?.text).toContain('(Lastgood was away 3 min, which is not counted)');
  });

  it('is watched that much longer too', () => {
    const age = 5 * minute;
    expect(after(age, age)?.deployments?.[0]?.status).toBeUndefined();
    const failed = after(age + 3 * minute, age);
    expect(failed?.deployments?.[0]?.status).toBe('failed');
    expect(failed?.events?.at(-1)?.text).toMatch(
      /ImagePullBackOff\) \(Lastgood was away 3 min, which is not counted\)/,
    );
  });

  it('is told of no absence from before its time began to count', () => {
    const later = { ...reported, reportedCompleteAt: dayZero + 3 * minute };
    const followed = { service, latest: later, activeRunId: null, holds: [], absences };
    const end = followService(followed, stuck, dayZero + deadline + 4 * minute);
    expect(end?.events?.at(-1)?.text).toContain('(Lastgood was away 1 min, which is not counted)');
    const before = followService(followed, stuck, dayZero + deadline + 4 * minute - 1);
    expect(before?.deployments?.[0]?.status).toBeUndefined();
  });
});

describe('a rollout that is seen complete', () => {
  it('completes a detected deployment at once, and starts its window with its first look', () => {
    expect(follow(detected, done, 1_000)?.deployments).toEqual([
      {
        id: 'd2',
        status: 'completed',
        completedAt: dayZero + 1_000,
        watchEndsAt: dayZero + 1_000 + 30 * minute,
        looks: { served: 1, lastAt: dayZero + 1_000, lastServed: true, doubt: null },
      },
    ]);
  });

  it('completes a registered one only after its pipeline has said so, or has been silent', () => {
    expect(statusOf(aDeployment(), done, silent - 1)).toBeUndefined();
    expect(statusOf(aDeployment(), done, silent)).toBe('completed');
    expect(statusOf(reported, done, 1)).toBe('completed');
  });

  it('does not wait for workloads that the deployment never touched', () => {
    const one = { ...reported, changes: [change(v1, v2), change(v1, null, worker)] };
    const unready = anObserved(v1, { workload: worker, complete: false });
    expect(statusOf(one, [...done, unready], 1)).toBe('completed');
  });

  it('is not seen while the change itself has not come', () => {
    expect(statusOf({ ...reported, ...unapplied }, [anObserved(v1)], silent)).toBeUndefined();
    expect(statusOf(aDeployment(unapplied), [anObserved(v1)], silent)).toBeUndefined();
  });

  it('is that of everything that serves where only a flag is turned', () => {
    const flag: Change = { kind: 'flag', target: { flag: 'x' }, before: false, after: true };
    const turned = { ...reported, changes: [change(v1, null), flag] };
    expect(statusOf(turned, [anObserved(v1, { complete: false })], 1)).toBeUndefined();
    expect(statusOf(turned, [anObserved(v1)], 1)).toBe('completed');
  });

  it('is not seen in a flag that is turned beside an image, before the pods have changed', () => {
    const flag = { kind: 'flag', target: { key: 'x' }, before: true, after: false } as const;
    const both = {
      ...{ registeredImages: { app: imageOf('v2') }, reportedCompleteAt: dayZero },
      changes: [change(v1, null), flag],
    };
    expect(statusOf(aDeployment(both), [anObserved(v1)], minute)).toBeUndefined();
    expect(statusOf(aDeployment(both), done, minute)).toBe('completed');
  });

  it('at zero replicas proves nothing, and says so', () => {
    const progress = { ...anObserved(v2).progress, desired: 0, updated: 0, available: 0 };
    const commit = follow(reported, [anObserved(v2, { progress, serving: [] })], 1);
    expect(commit?.deployments).toMatchObject([
      { status: 'completed', looks: { served: 0, lastServed: false } },
    ]);
    expect(commit?.events?.[0]?.text).toMatch(
      /rolled out, but Deployment web is scaled to zero, nothing serves/,
    );
  });

  it('is the run’s own business for a rollback', () => {
    const rollback = aDeployment({ origin: 'rollback' });
    expect(follow(rollback, done, 60 * minute)).toBeNull();
  });
});

describe('a rollout that is not complete in its time', () => {
  it('fails with what the cluster says, counted from the claim', () => {
    const later = { ...reported, reportedCompleteAt: dayZero + minute };
    expect(statusOf(later, stuck, deadline)).toBeUndefined();
    const commit = follow(later, stuck, deadline + minute);
    expect(commit?.deployments).toMatchObject([{ status: 'failed', proof: 'unproven' }]);
    expect(commit?.deployments?.[0]).not.toHaveProperty('watchClosedAt');
    expect(commit?.events).toMatchObject([
      {
        type: 'deployment.failed',
        text: 'v2 (release 2) failed: its rollout was not complete within 10 min: Deployment web: 0 of 3 replicas available (pod web-1: ImagePullBackOff).',
      },
    ]);
    expect(commit?.notifications).toMatchObject([
      { kind: 'rollout_failed', urgency: 'page', facts: { versions: 'v2 (release 2)' } },
      { kind: 'deployment_failed', urgency: 'info', facts: { from: { commit: 'abc' } } },
    ]);
  });

  it('of the first release nobody is told to roll it back', () => {
    const told = follow({ ...reported, release: 1 }, stuck, deadline)?.notifications?.[0];
    expect(told?.text).toContain('mend it, for there is no release to go back to');
    expect(told?.facts?.nothingToGoBackTo).toBe(true);
    const later = follow(reported, stuck, deadline)?.notifications?.[0];
    expect(later?.text).toContain('roll it back, or mend it');
    expect(later?.facts?.nothingToGoBackTo).toBeUndefined();
  });

  it.each([
    ['nothing', null],
    ['what is not proven', aDeployment({ status: 'completed', proof: 'unproven' })],
  ])('of a later one with %s before it nobody is told to roll it back either', (_what, lastKnownGood) => {
    const known = { service, latest: reported, activeRunId: null, holds: [], lastKnownGood };
    const told = followService(known, stuck, dayZero + deadline)?.notifications?.[0];
    expect(told?.text).toContain('mend it, for no earlier release is known to be good');
    expect(told?.facts?.nothingToGoBackTo).toBe(true);
  });

  it('fails without a claim too, counted from when the cluster showed the change', () => {
    expect(statusOf(detected, stuck, deadline - 1)).toBeUndefined();
    expect(statusOf(detected, stuck, deadline)).toBe('failed');
    expect(statusOf(aDeployment(), stuck, deadline)).toBe('failed');
  });

  it('fails when the cluster never showed the change, and is watched no more', () => {
    const commit = follow({ ...reported, ...unapplied }, [anObserved(v1)], deadline);
    expect(commit?.deployments).toMatchObject([{ status: 'failed', watchClosedAt: dayZero + deadline }]);
    expect(commit?.events?.[0]?.text).toContain('the cluster never showed its change within 10 min');
    expect(commit?.notifications).toMatchObject([
      { kind: 'rollout_failed', urgency: 'info', facts: { next: null } },
      { kind: 'deployment_failed' },
    ]);
  });

  const failed = aDeployment({ status: 'failed', proof: 'unproven' });

  it('completes after all when it is seen complete later, with a whole window before it', () => {
    const commit = follow(failed, done, 20 * minute);
    expect(commit?.deployments).toMatchObject([
      { status: 'completed', proof: 'pending', completedAt: dayZero + 20 * minute },
    ]);
    // Whoever was woken for it is told.
    expect(commit?.notifications).toMatchObject([
      {
        ...{ kind: 'incident_over', urgency: 'info', ends: ['rollout_failed', 'still_wrong'] },
        title: 'web: v2 (release 2) is rolled out after all',
      },
    ]);
    // When its watch has ended it is only seen to serve: see `mendedRollout`.
    const later = follow({ ...failed, watchClosedAt: dayZero }, done, 20 * minute);
    expect(later?.deployments).toMatchObject([{ id: 'd2', looks: { lastServed: true } }]);
    expect(later?.deployments?.[0]).not.toHaveProperty('status');
    expect(later?.notifications).toEqual([]);
  });

  it('is not over for whoever was woken while nothing serves', () => {
    const progress = { ...anObserved(v2).progress, desired: 0, updated: 0, available: 0 };
    const commit = follow(failed, [anObserved(v2, { progress, serving: [] })], 20 * minute);
    expect(commit?.deployments).toMatchObject([{ status: 'completed' }]);
    expect(commit?.notifications ?? []).toEqual([]);
  });

  it('is watched no longer than the maximum age, or for as long as something breaches', () => {
    expect(follow(failed, stuck, 60 * minute)?.deployments?.[0]).not.toHaveProperty('watchClosedAt');
    const policy = { maxInProgressMs: 60 * minute };
    const end = (phase: TriggerPhase, after: number) =>
      closeFailedWatch(failed, [inPhase(phase)], policy, dayZero + after);
    expect(end('inactive', 60 * minute - 1)).toBeNull();
    expect(end('inactive', 60 * minute)?.patch).toEqual({ id: 'd2', watchClosedAt: dayZero + 60 * minute });
    expect(end('pending', 60 * minute)).toBeNull();
    expect(end('firing', 600 * minute)).toBeNull();
    expect(closeFailedWatch({ ...failed, origin: 'rollback' }, [], policy, dayZero + 60 * minute)).toBeNull();
    const byPipeline = { ...failed, watchEndsAt: dayZero + 90 * minute };
    expect(closeFailedWatch(byPipeline, [], policy, dayZero + 90 * minute - 1)).toBeNull();
    expect(closeFailedWatch(byPipeline, [], policy, dayZero + 90 * minute)?.event.text).toBe(
      'v2 (release 2) is no longer watched: its pipeline said that it failed.',
    );
    const silentForever = follow(aDeployment(unapplied), [anObserved(v1)], 60 * minute);
    expect(silentForever?.deployments).toMatchObject([
      { status: 'failed', watchClosedAt: expect.any(Number) },
    ]);
  });
});
