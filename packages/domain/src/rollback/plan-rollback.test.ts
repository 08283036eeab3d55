import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { ReadResult, WorkloadObservation } from '../workload/observation.ts';
import { judgeImages } from '../workload/pin-images.ts';
import { expectedStepMs } from './expected-time.ts';
import { neededWorkloads, type RollbackFacts, type WorkloadFacts } from './needed-facts.ts';
import { planRollback } from './plan-rollback.ts';

const [v1, v2, v3] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v3'))];

function observed(over: Partial<WorkloadObservation> = {}): ReadResult {
  return {
    kind: 'found',
    observation: {
      snapshot: v2,
      desiredReplicas: 3,
      paused: false,
      beingDeleted: false,
      owner: { kind: 'nobody' },
      progress: {
        complete: true,
        observed: true,
        desired: 3,
        updated: 3,
        available: 3,
        old: 0,
        sentence: '',
        warning: null,
        stuckPods: [],
        readyDigests: {},
      },
      ...over,
    },
  };
}

const workload = (over: Partial<WorkloadFacts> = {}): WorkloadFacts => ({
  workload: webWorkload,
  from: v2,
  to: v1,
  read: observed(),
  evidence: [],
  ...over,
});

const facts = (over: Partial<RollbackFacts> = {}): RollbackFacts => ({
  service: aService(),
  deployment: aDeployment(),
  target: aBaseline(),
  workloads: [workload()],
  stepDurations: {},
  ...over,
});

const planned = (over: Partial<RollbackFacts> = {}) => {
  const result = planRollback(facts(over));
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
};

const codes = (over: Partial<RollbackFacts>) => {
  const result = planRollback(facts(over));
  return result.kind === 'refused' ? result.refusals.map(({ code }) => code) : [];
};

describe('a rolling plan', () => {
  it('names the target, fenced by what is taken back', () => {
    const plan = planned();
    expect(plan.steps.map(({ step }) => step.kind)).toEqual([
      'rehearse-template',
      'set-template',
      'wait-until-stable',
      'verify',
    ]);
    expect(plan.steps[1]?.step).toMatchObject({
      uid: v1.uid,
      fromDigest: v2.templateDigest,
      templateDigest: v1.templateDigest,
      template: v1.template,
      imageDigests: v1.imageDigests,
    });
    expect(plan).toMatchObject({ from: { release: 2 }, target: { release: 1, proof: 'presumed_good' } });
  });

  it('takes every workload, one after the other, and verifies once', () => {
    const worker = workload({ workload: { ...webWorkload, name: 'worker' } });
    const kinds = planned({ workloads: [workload(), worker] }).steps.map(({ step }) => step.kind);
    expect(kinds.filter((kind) => kind === 'set-template')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'verify')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('verify');
  });

  it('gives every step its limits, what it leaves behind and the time it takes', () => {
    const plan = planned({ stepDurations: { 'wait-until-stable': [9_000, 1_000, 5_000] } });
    for (const step of plan.steps) {
      expect(step.leavesBehind).not.toBe('');
      expect(Math.min(...Object.values(step.limits))).toBeGreaterThan(0);
    }
    expect(plan.steps[2]?.expectedMs).toBe(5_000);
    expect(plan.steps[2]?.limits.startToCloseMs).toBe(10 * minute);
    expect(expectedStepMs('wait-until-stable', {})).toBe(150_000);
  });

  it.each<[string, Partial<RollbackFacts>, RegExp]>([
    ['a presumed target', {}, /presumed good: it served when/],
    ['an unproven target', { target: aBaseline({ proof: 'unproven' }) }, /Release 1 is unproven/],
    [
      'another kind of change',
      {
        deployment: aDeployment({
          changes: [...aDeployment().changes, { kind: 'flag', target: {}, before: null, after: null }],
        }),
      },
      /also changed flag; that will not go back/,
    ],
    [
      'nothing to send',
      { workloads: [workload({ read: observed({ snapshot: v1 }) })] },
      /nothing will be sent/,
    ],
    [
      'helm',
      {
        workloads: [
          workload({
            read: observed({ owner: { kind: 'package-manager', name: 'Helm', evidence: 'label' } }),
          }),
        ],
      },
      /managed by Helm \(label\)/,
    ],
    [
      'a tag that has to be trusted',
      { workloads: [workload({ to: { ...v1, imageDigests: {} } })] },
      /No digest is recorded for app/,
    ],
  ])('warns of %s, and goes on', (_words, over, text) => {
    expect(planned(over).warnings.join(' ')).toMatch(text);
  });
});

describe('a refusal', () => {
  const one = (over: Partial<WorkloadFacts>): Partial<RollbackFacts> => ({ workloads: [workload(over)] });
  const owner = (kind: 'git-controller' | 'delivery-controller', name: string) =>
    one({ read: observed({ owner: { kind, name, evidence: 'label' } }) });
  const moved = [{ container: 'app', reference: imageOf('v1'), runningDigests: ['sha256:other'] }];

  it.each<[string, Partial<RollbackFacts>, string[]]>([
    ['no target', { target: null }, ['no-target']],
    ['no workload at all', { workloads: [] }, ['nothing-to-roll-back']],
    ['another strategy', { deployment: aDeployment({ strategy: 'canary' }) }, ['strategy-unavailable']],
    ['an unreachable cluster', one({ read: { kind: 'unreachable', reason: 'x' } }), ['cluster-unreachable']],
    ['a workload that is gone', one({ read: { kind: 'not-found', reason: 'x' } }), ['workload-gone']],
    ['a target never recorded', one({ to: null }), ['target-unknown']],
    ['another object', one({ read: observed({ snapshot: { ...v2, uid: 'uid-9' } }) }), ['workload-replaced']],
    ['a paused workload', one({ read: observed({ paused: true }) }), ['workload-paused']],
    ['a workload being deleted', one({ read: observed({ beingDeleted: true }) }), ['workload-being-deleted']],
    ['a third version', one({ read: observed({ snapshot: v3 }) }), ['third-version']],
    ['a Git controller', owner('git-controller', 'Flux'), ['owned-by-gitops']],
    ['a delivery controller', owner('delivery-controller', 'Flagger'), ['owned-by-gitops']],
    ['a moved tag', one({ evidence: moved }), ['image-moved']],
    [
      'everything at once, each named',
      one({ read: observed({ paused: true, snapshot: v3 }), evidence: moved }),
      ['workload-paused', 'third-version', 'image-moved'],
    ],
    [
      'one of two workloads',
      { workloads: [workload(), workload({ read: { kind: 'not-found', reason: 'x' } })] },
      ['workload-gone'],
    ],
  ])('for %s', (_words, over, expected) => expect(codes(over)).toEqual(expected));

  it.each([
    ['git-controller', 'Argo CD', 'Revert the commit in Git.'],
    ['delivery-controller', 'Flagger', 'Abort or undo with Flagger.'],
  ] as const)('by a %s names it and says what to do next', (kind, name, advice) => {
    const result = planRollback(facts(owner(kind, name)));
    if (result.kind !== 'refused') throw new Error('it is planned');
    const reason = expect.stringContaining(
      `belongs to ${name} (label), which would put the bad version back`,
    );
    expect(result.refusals[0]).toMatchObject({ reason, advice });
  });

  it('is none when what was deployed was never seen, or is the target already', () => {
    expect(codes(one({ from: null, read: observed({ snapshot: v3 }) }))).toEqual([]);
    expect(codes(one({ read: observed({ snapshot: v1 }) }))).toEqual([]);
  });
});

describe('images', () => {
  const digest = v1.imageDigests.app ?? '';
  const evidence = (...runningDigests: string[]) => [
    { container: 'app', reference: imageOf('v1'), runningDigests },
  ];
  it.each([
    ['nobody runs the tag: pinned', v1, evidence(), { pin: { app: digest }, moved: [], unknown: [] }],
    ['pods run it as recorded: left alone', v1, evidence(digest), { pin: {}, moved: [], unknown: [] }],
    [
      'no digest recorded',
      { ...v1, imageDigests: {} },
      evidence(),
      { pin: {}, moved: [], unknown: [`app (${imageOf('v1')})`] },
    ],
    [
      'named by digest',
      { ...v1, images: { app: `x@${digest}` } },
      evidence('sha256:z'),
      { pin: {}, moved: [], unknown: [] },
    ],
  ])('%s', (_words, target, seen, judgement) => expect(judgeImages(target, seen)).toEqual(judgement));

  it('that run with both digests have moved', () => {
    expect(judgeImages(v1, evidence(digest, 'sha256:other')).moved).toEqual([
      `${imageOf('v1')} was ${digest} and is sha256:other now`,
    ]);
  });
});

describe('what must be known', () => {
  it('is about the workloads that were changed, from after to what the target left', () => {
    expect(neededWorkloads(aService(), aDeployment(), aBaseline())).toEqual([
      { workload: webWorkload, from: v2, to: v1 },
    ]);
  });

  it('falls back on *before* only of the deployment that follows the target', () => {
    const bare = aBaseline({ changes: [] });
    expect(neededWorkloads(aService(), aDeployment(), bare)[0]?.to).toEqual(v1);
    const later = aDeployment({ previousDeploymentId: 'd9' });
    expect(neededWorkloads(aService(), later, bare)[0]?.to).toBeNull();
  });

  it('is about the declared workloads when no change is known', () => {
    expect(neededWorkloads(aService(), aDeployment({ changes: [] }), null)).toEqual([
      { workload: webWorkload, from: null, to: null },
    ]);
  });
});
