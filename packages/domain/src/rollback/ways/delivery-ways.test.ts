import { aBaseline, aDeployment, aService, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../deployment/deployment.ts';
import type { Service } from '../../service/service.ts';
import type { Owner, WorkloadObservation } from '../../workload/observation.ts';
import type { RegistryFinding } from '../../workload/registry-image.ts';
import type { WorkloadKind } from '../../workload/workload.ts';
import { composePlan } from '../compose-plan.ts';
import type { DeliverySeen } from '../contracts/delivery.ts';
import { stepContracts } from '../contracts/index.ts';
import type { Fact, NeedAnswer } from '../need.ts';
import { neededFacts } from '../needed-facts.ts';
import type { Step } from '../step.ts';
import { allWays } from './index.ts';
import { lostButKept } from './planned-harness.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const place = { cluster: 'main', namespace: 'shop' };
const allKinds = new Set(stepContracts.map(({ kind }) => kind));
const argo: Owner = { kind: 'delivery-controller', name: 'Argo Rollouts', evidence: 'it is a Rollout' };

interface Given {
  kind: WorkloadKind;
  rollback?: Service['rollback'];
  owner?: Owner;
  now?: typeof v1;
  registry?: RegistryFinding[];
  /** What came with the workload. */
  others?: Change[];
  delivery: Partial<DeliverySeen> | null;
}

function observationOf({ owner = { kind: 'nobody' }, now = v2 }: Given): WorkloadObservation {
  return {
    ...{ snapshot: now, desiredReplicas: 0, paused: false, resumeHint: '', beingDeleted: false },
    ...{ replacesPods: 'by-itself', owner, serving: [] },
    progress: {
      ...{ complete: true, observed: true, desired: 0, updated: 0, available: 0, old: 0 },
      ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
    },
  };
}

function deliveryOf(over: Partial<DeliverySeen>, isCanary: boolean): DeliverySeen {
  return {
    ...{ uid: 'u', revision: 'bad', checksum: isCanary ? 'c0ffee' : null, phase: 'promoted', healthy: true },
    ...{ weight: 100, observed: true, ordered: isCanary, skipsAnalysis: null, suspended: false },
    ...{ asksUs: isCanary ? true : null, lookEveryMs: isCanary ? 60_000 : 0, stableImages: null },
    templateFrom: isCanary ? { kind: 'Deployment', name: 'web' } : null,
    ...{ beingDeleted: false, sentence: 'Progressing', fence: {}, ...over },
  };
}

const branch = { head: 'head', contains: true, reverted: false, conflicts: [], files: 1 };
const application = {
  ...{ uid: 'uid-app', revision: 'bad', includesRevert: false, synced: true, healthy: true },
  ...{ suspended: false, askedBy: null },
};

function compose(given: Given) {
  const { kind, rollback = {}, delivery, registry = [] } = given;
  const ref = { kind, name: 'web' };
  const service = aService({ strategy: 'canary', workloads: [ref], rollback, triggers: [] });
  const change = (before: typeof v1 | null, after: typeof v1) => [
    { kind: 'workload' as const, target: ref, before, after },
  ];
  const frame = {
    service,
    deployment: aDeployment({ strategy: 'canary', changes: [...change(v1, v2), ...(given.others ?? [])] }),
    target: aBaseline({ strategy: 'canary', changes: change(null, v1) }),
  };
  const seen = { observation: observationOf(given), to: v1, evidence: [], rehearsal: null, registry };
  const answered = neededFacts(frame, allWays);
  const known = Object.fromEntries(
    Object.entries(answered).map(([way, needs]) => [
      way,
      needs.map((need): Fact => {
        if (need.kind === 'workload') return { ...need, answer: { kind: 'seen', seen } };
        if (need.kind === 'branch') return { ...need, answer: { kind: 'seen', seen: branch } };
        if (need.kind === 'application') return { ...need, answer: { kind: 'seen', seen: application } };
        if (need.kind !== 'delivery') throw new Error(`nobody can tell of ${need.kind}`);
        const isCanary = need.ask.object.kind === 'Canary';
        const answer: NeedAnswer<'delivery'> = delivery
          ? { kind: 'seen', seen: deliveryOf(delivery, isCanary) }
          : { kind: 'not-found', reason: 'it is not there' };
        return { ...need, answer };
      }),
    ]),
  );
  const nothing = { between: [], furtherBack: null, triggers: [], at: 0 };
  const stepDurations = { service: {}, environment: {} };
  return composePlan({ ...frame, ...nothing, stepDurations, known }, allKinds, allWays);
}

function plan(given: Given) {
  const result = compose(given);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}
const kinds = (given: Given) => plan(given).steps.map(({ step }) => step.kind);
const codes = (given: Given) => {
  const result = compose(given);
  return result.kind === 'refused' ? result.refusals.map(({ code }) => code) : ['a plan'];
};
const setting: Step['kind'][] = ['rehearse-template', 'set-template'];

describe('what Argo Rollouts brings out', () => {
  const rollout: Given = { kind: 'Rollout', owner: argo, delivery: {} };
  const lent: Given = { kind: 'Deployment', rollback: { 'argo-rollouts': { rollout: 'web' } }, delivery: {} };
  const from = { kind: 'Deployment', name: 'web' };

  it('is aborted in its midst, and its template put back', () => {
    const inMidst: Given = { ...rollout, delivery: { phase: 'bringing-out', weight: 20 } };
    const after = ['skip-analysis', 'wait-for-promotion', 'wait-until-stable', 'verify'];
    expect(kinds(inMidst)).toEqual(['order-abort', ...setting, ...after]);
    expect(plan(inMidst).warnings.join(' ')).toMatch(/Degraded/);
    expect(kinds({ ...inMidst, delivery: { phase: 'aborted' } })).toEqual([...setting, ...after]);
  });
  it('is reverted in Git first where the release came by commits: a sync would undo what Lastgood sets', () => {
    const place = { repository: 'deploy', branch: 'main' };
    const taken = { ...place, application: { kind: 'Application', namespace: 'argocd', name: 'web' } };
    const byCommits: Change = { kind: 'gitops', target: place, before: 'abcdef0', after: 'bad0bad' };
    const given: Given = { ...rollout, rollback: { gitops: taken }, others: [byCommits] };
    expect(kinds(given).slice(0, 4)).toEqual(['ensure-commit-reverted', 'wait-for-sync', ...setting]);
  });
  it('is never aborted while it brings out the target itself', () =>
    expect(kinds({ ...rollout, now: v1, delivery: { phase: 'bringing-out' } })).not.toContain('order-abort'));
  it('has code that goes back until it has brought out the target, though its template names that', () => {
    const told = (delivery: Partial<DeliverySeen>) => plan({ ...rollout, now: v1, delivery }).outcome;
    expect(told({ phase: 'bringing-out' })?.goesBack).toEqual(['the code of web']);
    expect(told({ phase: 'promoted' })?.goesBack).toEqual([]);
  });
  it('goes back by its Deployment where that lends its template, without waiting for pods that are not its own', () =>
    expect(kinds({ ...lent, delivery: { templateFrom: from } })).toEqual([
      ...[...setting, 'skip-analysis', 'wait-for-promotion', 'verify'],
    ]));
  it.each<[string, Given]>([
    ['delivery-gone', { ...lent, delivery: null }],
    ['delivery-of-another', { ...lent, delivery: { templateFrom: { ...from, name: 'cart' } } }],
    ['delivery-of-another', { ...lent, delivery: { templateFrom: null } }],
    ['delivery-starting', { ...rollout, delivery: { phase: 'starting' } }],
    ['delivery-suspended', { ...rollout, delivery: { suspended: true } }],
    ['delivery-behind', { ...rollout, delivery: { observed: false } }],
    ['delivery-being-deleted', { ...rollout, delivery: { beingDeleted: true } }],
    ['owned-by-controller', { ...rollout, owner: { ...argo, name: 'Flagger' } }],
  ])('is refused with %s', (code, given) => expect(codes(given)).toEqual([code]));
});

describe('what Flagger brings out', () => {
  const canary: Given = { kind: 'Deployment', rollback: { flagger: { canary: 'web' } }, delivery: {} };
  const stableImages = v1.images;

  it('is aborted in its analysis, and needs nothing else where the target is what it promoted last', () => {
    const inMidst: Given = { ...canary, delivery: { phase: 'bringing-out', stableImages } };
    expect(kinds(inMidst)).toEqual(['order-abort', ...setting, 'verify']);
    const [order] = plan(inMidst).steps;
    expect(order?.step).toMatchObject({ ...{ revision: 'bad', checksum: 'c0ffee' }, object: place });
    expect(order?.limits.startToCloseMs).toBeGreaterThan(4 * 60_000);
  });
  it('has its analysis set aside for any other target, after the abort and until it is promoted', () => {
    const aside = ['skip-analysis', ...setting, 'wait-for-promotion', 'skip-analysis', 'verify'];
    const other: Given = { ...canary, delivery: { phase: 'bringing-out', stableImages: v2.images } };
    expect(kinds(other)).toEqual(['order-abort', ...aside]);
    expect(kinds({ ...canary, delivery: { stableImages: v2.images } })).toEqual(aside);
    const steps = plan({ ...canary, delivery: { skipsAnalysis: false } }).steps;
    expect(steps.at(-2)?.step).toMatchObject({ kind: 'skip-analysis', skip: false });
    expect(steps.at(2)?.leavesBehind).toMatch(/not put back: the analysis of Canary web/);
    expect(kinds({ ...canary, delivery: { skipsAnalysis: true } })).toEqual([
      ...[...setting, 'wait-for-promotion', 'verify'],
    ]);
  });
  it('that has not been noticed yet is only set back', () =>
    expect(kinds({ ...canary, delivery: { stableImages } })).toEqual([...setting, 'verify']));
  it('is refused in its analysis where Flagger does not ask', () =>
    expect(codes({ ...canary, delivery: { phase: 'bringing-out', asksUs: false } })).toEqual([
      'flagger-does-not-ask',
    ]));
});

it.each<[string, Given]>([
  ['Argo Rollouts', { kind: 'Rollout', owner: argo, delivery: {} }],
  ['Flagger', { kind: 'Deployment', rollback: { flagger: { canary: 'web' } }, delivery: {} }],
])('what %s brings out gets its image copied back first where the registry has lost it', (_by, given) => {
  const lost = { ...given, registry: lostButKept(v1) };
  expect(kinds(lost)[0]).toBe('restore-image');
  expect(plan(lost).warnings.join()).toMatch(/no longer has .* copied back first/);
});
