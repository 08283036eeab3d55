import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  imageOf,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { Owner, WorkloadObservation } from '../../workload/observation.ts';
import { composePlan } from '../compose-plan.ts';
import { stepContracts } from '../contracts/index.ts';
import type { Fact, NeedAnswer, WorkloadSeen } from '../need.ts';
import { neededFacts } from '../needed-facts.ts';
import { lostButKept } from './planned-harness.ts';
import { rolling } from './rolling/rolling.ts';
import type { Way } from './way.ts';

const declares = Type.Object({ repository: Type.String(), branch: Type.String() });
const ask = { repository: 'shop/deploy', branch: 'main', commit: 'abc' };

/** Takes back what a Git controller owns, by reverting the commit that brought it. */
const git: Way<'branch', typeof declares> = {
  name: 'git',
  owner: 'git-controller',
  declares,
  takesBack: ({ declared }) => (declared ? [] : null),
  needs: ({ declared, deployment }) =>
    declared ? [{ kind: 'branch', ask: { ...declared, commit: deployment.commit ?? '' } }] : [],
  plan: ({ handedOver }, facts) => ({
    kind: 'steps',
    warnings: [],
    steps: facts.map((fact) => ({
      phase: 'code',
      step: { kind: 'ensure-commit-reverted', ...fact.ask },
      title: `Revert for ${handedOver.map(({ workload }) => workload.name).join(', ')}`,
    })),
  }),
};

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const unowned: WorkloadObservation = {
  ...{ snapshot: v2, desiredReplicas: 1, paused: false, resumeHint: '', beingDeleted: false },
  replacesPods: 'by-itself',
  owner: { kind: 'nobody' },
  progress: {
    ...{ complete: true, observed: true, desired: 1, updated: 1, available: 1, old: 0 },
    ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
  },
  serving: [],
};
const by = (kind: 'git-controller' | 'delivery-controller'): Owner => ({
  kind,
  name: 'Sync',
  evidence: 'label',
});
const workload = (
  name: string,
  over: Partial<WorkloadObservation> = {},
  seen: Partial<WorkloadSeen> = {},
): Fact => ({
  ...{ kind: 'workload', ask: { workload: { ...webWorkload, name }, to: v1, uid: v1.uid } },
  answer: {
    kind: 'seen',
    seen: { observation: { ...unowned, ...over }, to: v1, evidence: [], rehearsal: null, ...seen },
  },
});
const silent = (name: string): Fact => ({
  ...{ kind: 'workload', ask: { workload: { ...webWorkload, name }, to: v1, uid: v1.uid } },
  answer: { kind: 'unreachable', reason: 'no route' },
});
const branch = (answer: NeedAnswer<'branch'>): Fact => ({ kind: 'branch', ask, answer });
const contained: NeedAnswer<'branch'> = {
  kind: 'seen',
  seen: { head: 'def', contains: true, reverted: false, conflicts: [] },
};
const service = aService({ rollback: { git: { repository: 'shop/deploy', branch: 'main' } } });
const nothing = {
  stepDurations: { service: {}, environment: {} },
  at: 0,
  between: [],
  furtherBack: null,
  triggers: [],
};
const frame = { service, deployment: aDeployment({ commit: 'abc' }), target: aBaseline() };
const allKinds = new Set(stepContracts.map(({ kind }) => kind));

function compose(workloads: Fact[], ways: readonly Way[], answer = contained, of = frame) {
  const known = { rolling: workloads, git: [branch(answer)] };
  const result = composePlan({ ...of, ...nothing, known }, allKinds, ways);
  return result.kind === 'plan'
    ? result.plan.steps.map(({ step, title }) => (step.kind === 'ensure-commit-reverted' ? title : step.kind))
    : result.refusals.map(({ code }) => code);
}

const rolled = ['rehearse-template', 'set-template', 'wait-until-stable'];
const owned = workload('web', { owner: by('git-controller') });

describe('a workload whose owner would put the bad version back', () => {
  it('is refused where no way takes back what that owner applies', () => {
    expect(compose([owned], [rolling])).toEqual(['owned-by-controller']);
    expect(compose([workload('web', { owner: by('delivery-controller') })], [rolling, git])).toEqual([
      'owned-by-controller',
    ]);
    const undeclared = { ...frame, service: aService() };
    expect(compose([owned], [rolling, git], contained, undeclared)).toEqual(['owned-by-controller']);
  });

  it('is handed over to the way for that owner, wherever that stands in the list', () => {
    expect(neededFacts(frame, [rolling, git])).toMatchObject({ git: [{ kind: 'branch', ask }] });
    for (const ways of [
      [rolling, git],
      [git, rolling],
    ])
      expect(compose([owned], ways)).toEqual(['Revert for web', 'verify']);
  });

  it('gets its image copied back first where the registry has lost it', () => {
    const lost = workload('web', { owner: by('git-controller') }, { registry: lostButKept(v1) });
    expect(compose([lost], [rolling, git])).toEqual(['restore-image', 'Revert for web', 'verify']);
  });

  it('leaves the others to the way that handed it over', () =>
    expect(compose([owned, workload('worker')], [rolling, git])).toEqual([
      ...rolled,
      'Revert for web',
      'verify',
    ]));

  it.each<[string, Partial<WorkloadObservation>, Partial<WorkloadSeen>]>([
    ['paused', { paused: true }, {}],
    ['replaced when deleted', { replacesPods: 'when-deleted' }, {}],
    [
      'not ours to patch',
      {},
      { missingRights: [{ may: 'patch deployments', rule: 'patch', purpose: 'rolling-back' }] },
    ],
    ['refused in the dry run', {}, { rehearsal: { kind: 'refused', reason: 'a policy' } }],
  ])('is not refused for what Lastgood never does to it, though it is %s', (_what, over, seen) => {
    const from = (owner: Owner) => workload('web', { ...over, owner }, seen);
    expect(compose([from(by('git-controller'))], [rolling, git])).toEqual(['Revert for web', 'verify']);
    // Of what a delivery controller brings out, Lastgood sets the template itself.
    expect(compose([from(by('delivery-controller'))], [rolling, git])).toHaveLength(2);
  });

  it('is refused all the same where nobody could bring its target back', () => {
    const gone = {
      goneDigests: [...Object.values(v1.imageDigests)],
      runningDigests: [],
      container: 'app',
      reference: '',
    };
    const owner = by('git-controller');
    expect(compose([workload('web', { owner }, { evidence: [gone] })], [rolling, git])).toEqual([
      'image-gone',
    ]);
    expect(compose([workload('web', { owner }, { to: null })], [rolling, git])).toEqual(['target-unknown']);
  });
});

describe('the way for an owner', () => {
  const deaf: NeedAnswer<'branch'> = { kind: 'unreachable', reason: 'no route' };

  it('stops nothing that is not handed over to it', () =>
    expect(compose([workload('web')], [rolling, git], deaf)).toEqual([...rolled, 'verify']));
  it('refuses what it cannot know of what is', () =>
    expect(compose([owned], [rolling, git], deaf)).toEqual(['source-unreachable']));
});

describe('what could not be read', () => {
  it('hides nothing that is refused for certain', () => {
    expect(compose([workload('web', { paused: true }), silent('worker')], [rolling])).toEqual([
      'workload-paused',
      'source-unreachable',
    ]);
    expect(compose([owned, silent('worker')], [rolling])).toEqual([
      'source-unreachable',
      'owned-by-controller',
    ]);
  });
  it('is all that is said where nothing else is wrong', () =>
    expect(compose([workload('web'), silent('worker')], [rolling])).toEqual(['source-unreachable']));
});
