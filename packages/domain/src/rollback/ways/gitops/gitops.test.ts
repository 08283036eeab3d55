import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  imageOf,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../deployment/deployment.ts';
import type { PassedRelease } from '../../../deployment/jump.ts';
import type { Owner, WorkloadObservation } from '../../../workload/observation.ts';
import type { RegistryFinding } from '../../../workload/registry-image.ts';
import { composePlan } from '../../compose-plan.ts';
import { contractOf } from '../../contract-of.ts';
import type { ImageMover, RevertSeen } from '../../contracts/ensure-commit-reverted.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { SyncSeen } from '../../contracts/wait-for-sync.ts';
import type { Fact, NeedAnswer } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aPassedRelease, lostButKept } from '../planned-harness.ts';

const [good, bad] = ['600d'.repeat(10), 'bad0'.repeat(10)];
const place = { repository: 'deploy', branch: 'main' };
const application = { kind: 'Kustomization' as const, namespace: 'flux-system', name: 'apps' };
const declared = { ...place, path: 'apps/web', application };
const change: Change = { kind: 'gitops', target: place, before: good, after: bad };

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const flux: Owner = {
  kind: 'git-controller',
  name: 'Flux',
  evidence: 'label kustomize.toolkit.fluxcd.io/name: flux-system/apps',
};
const argo = (id: string): Owner => ({
  kind: 'git-controller',
  name: 'Argo CD',
  evidence: `annotation argocd.argoproj.io/tracking-id: ${id}`,
});

function owned(
  owner: Owner,
  over: Partial<WorkloadObservation> = {},
  registry: RegistryFinding[] = [],
): Fact {
  const observation: WorkloadObservation = {
    ...{ snapshot: v2, desiredReplicas: 1, paused: false, resumeHint: '', beingDeleted: false },
    ...{ replacesPods: 'by-itself', owner, serving: [] },
    progress: {
      ...{ complete: true, observed: true, desired: 1, updated: 1, available: 1, old: 0 },
      ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
    },
    ...over,
  };
  const ask = { workload: webWorkload, to: v1, uid: v1.uid };
  const seen = { observation, to: v1, evidence: [], rehearsal: null, registry };
  return { kind: 'workload', ask, answer: { kind: 'seen', seen } };
}

interface World {
  branch?: Partial<RevertSeen>;
  app?: Partial<SyncSeen>;
  owner?: Owner;
  workload?: Partial<WorkloadObservation>;
  registry?: RegistryFinding[];
  changes?: Change[];
  rollback?: Record<string, unknown>;
  commit?: string | null;
  targetCommit?: string | null;
  follows?: boolean;
  targetChanges?: Change[];
  between?: PassedRelease[];
}

function compose(world: World = {}) {
  const {
    changes = [change],
    rollback = { gitops: declared },
    commit = null,
    targetCommit = null,
    between = [],
  } = world;
  const target = aBaseline({
    commit: targetCommit,
    changes: [...aBaseline().changes, ...(world.targetChanges ?? [])],
  });
  const deployment = aDeployment({
    commit,
    changes: [...aDeployment().changes, ...changes],
    previousDeploymentId: world.follows === false ? 'another' : target.id,
  });
  const service = aService({ rollback });
  const needs = neededFacts({ service, deployment, target, between });
  const branch: NeedAnswer<'branch'> = {
    kind: 'seen',
    seen: { head: 'head', contains: true, reverted: false, conflicts: [], files: 1, ...world.branch },
  };
  const app: NeedAnswer<'application'> = {
    kind: 'seen',
    seen: {
      ...{ uid: 'uid-app', revision: bad, includesRevert: false, synced: true, healthy: true },
      ...{ suspended: false, askedBy: null },
      ...world.app,
    },
  };
  const facts = (needs.gitops ?? []).flatMap((need): Fact[] => {
    if (need.kind === 'branch') return [{ ...need, answer: branch }];
    return need.kind === 'application' ? [{ ...need, answer: app }] : [];
  });
  const result = composePlan(
    {
      ...{ service, deployment, target, at: 0, between, furtherBack: null, triggers: [] },
      stepDurations: { service: {}, environment: {} },
      known: { rolling: [owned(world.owner ?? flux, world.workload, world.registry)], gitops: facts },
    },
    new Set(stepContracts.map(({ kind }) => kind)),
  );
  return { result, needs };
}

function planned(world: World = {}) {
  const { result } = compose(world);
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

function refused(world: World) {
  const { result } = compose(world);
  return result.kind === 'refused' ? result.refusals.map(({ code }) => code) : ['(a plan)'];
}

const mover: ImageMover = {
  name: 'ImageUpdateAutomation flux-system/apps',
  effect: 'writes the newest image into the branch by itself',
  advice: 'Suspend it: flux suspend image update apps -n flux-system.',
  isAutomatic: true,
};

describe('a release that a Git controller has taken from a repository', () => {
  it('is reverted there, waited for, and proven by what serves', () => {
    const { steps } = planned();
    expect(steps.map(({ title }) => title)).toEqual([
      'Revert 600d600d600d..bad0bad0bad0 under apps/web in deploy (main), and push',
      'Wait until Flux has taken it: Kustomization apps',
      'Wait until every replica of Deployment web serves v1 (release 1)',
      expect.stringContaining('Verify'),
    ]);
    expect(steps[0]?.step).toMatchObject({ ...place, path: 'apps/web', commit: bad, since: good });
    expect(steps[1]?.step).toMatchObject({ commit: bad, uid: 'uid-app', application: { cluster: 'main' } });
    expect(steps[2]?.step).toMatchObject({ templateDigest: v1.templateDigest });
  });

  it('asks the branch and the application with the commits that were registered', () =>
    expect(compose().needs.gitops).toMatchObject([
      { kind: 'branch', ask: { ...place, path: 'apps/web', commit: bad, since: good } },
      { kind: 'application', ask: { controller: 'Flux', application: { ...application, cluster: 'main' } } },
    ]));

  it('is found by the commit of the release where no change was registered', () => {
    const { steps } = planned({ changes: [], commit: bad, targetCommit: good });
    expect(steps[0]?.step).toMatchObject({ commit: bad, since: good });
    expect(planned({ changes: [], commit: bad }).steps[0]?.step).not.toHaveProperty('since');
  });

  it('is recorded with the commit before it though nobody registered that, so that the rollback can be taken back', () => {
    const { steps } = planned({ changes: [{ ...change, before: null }], branch: { since: good } });
    const step = steps[0]?.step;
    if (step?.kind !== 'ensure-commit-reverted') throw new Error('nothing is reverted');
    const recorded = contractOf(step).record?.(step, aDeployment(), 0);
    expect(recorded).toMatchObject({ kind: 'gitops', before: bad, after: good });
    const again = planned({ changes: recorded ? [recorded] : [] });
    expect(again.steps[0]?.step).toMatchObject({ commit: good, since: bad });
  });

  it('goes back past several releases to the commit of the target, never to that of the one before', () => {
    const older = '01de'.repeat(10);
    const recorded: Change = { ...change, before: null, after: older };
    const { steps } = planned({ follows: false, targetChanges: [recorded] });
    expect(steps[0]?.step).toMatchObject({ commit: bad, since: older });
    expect(refused({ follows: false })).toEqual(['commit-unknown']);
    const worse = aPassedRelease(2, 'd2', { ...change, before: older, after: good });
    const takenBack = planned({ changes: [{ ...change, before: older, after: good }] }).steps[0]?.step;
    if (!takenBack) throw new Error('nothing is reverted');
    const recordedBack = contractOf(takenBack).record?.(takenBack, aDeployment(), 0);
    const returned = aPassedRelease(3, 'another', ...(recordedBack ? [recordedBack] : []));
    for (const between of [[{ ...worse, id: 'another' }], [worse, returned]])
      expect(planned({ follows: false, between }).steps[0]?.step).toMatchObject({ since: older });
  });
});

describe('a workload that bears no mark of its controller', () => {
  const nobody: Owner = { kind: 'nobody' };
  const kinds = (world: World) => planned(world).steps.map(({ step }) => step.kind);
  const reverted = ['ensure-commit-reverted', 'wait-for-sync', 'wait-until-stable', 'verify'];

  it('is left to it where the release came by commits and the service says who takes them', () => {
    expect(kinds({ owner: nobody })).toEqual(reverted);
    expect(kinds({ owner: { kind: 'manual-apply', name: 'kubectl', evidence: 'annotation' } })).toEqual(
      reverted,
    );
  });

  it('is set by Lastgood where the release did not', () =>
    expect(kinds({ owner: nobody, changes: [], commit: bad })).toEqual([
      ...['rehearse-template', 'set-template', 'wait-until-stable', 'verify'],
    ]));
});

const commit = (id: string, subject: string) => ({ id, subject, author: 'Ada' });

describe('the plan says before the click', () => {
  it('what goes back, what stays, and how a conflict is solved', () => {
    const conflicts = ['aaaaaaa Tune limits'];
    const { steps, warnings } = planned({
      branch: {
        conflicts,
        elsewhere: 2,
        commits: [commit('bad0bad', 'Ship v2'), commit('ccccccc', 'Prepare')],
      },
    });
    expect(steps[0]?.step).toMatchObject({ restore: true });
    expect(steps[0]?.title).toBe('Set apps/web of deploy (main) to what it was at 600d600d600d, and push');
    expect(warnings.join('\n')).toMatch(/2 commits of deploy.*bad0bad Ship v2; ccccccc Prepare/);
    expect(warnings.join('\n')).toMatch(/2 files outside apps\/web: those stay as they are/);
    expect(warnings.join('\n')).toMatch(/aaaaaaa Tune limits changed the same lines later.*goes back, too/);
  });

  it('that somebody has reverted already, and that a controller complains', () => {
    const { warnings, outcome } = planned({
      branch: { reverted: true },
      app: { complaint: 'cannot fetch' },
    });
    expect(warnings.join('\n')).toMatch(/is undone on deploy \(main\) already; nothing will be pushed/);
    expect(outcome?.goesBack.join()).not.toMatch(/commits/);
    expect(warnings.join('\n')).toMatch(/Kustomization apps complains: cannot fetch/);
  });

  it('that no step starts pods anew which have the code already', () => {
    const marked = { ...v1, templateDigest: 'sha256:marked' };
    const { outcome } = planned({ workload: { snapshot: marked } });
    expect(outcome).toMatchObject({ goesBack: ['the commits in deploy (main) under apps/web'] });
    expect(outcome).not.toHaveProperty('restarts');
  });

  it('that the workload does not bring out by itself what Git says', () => {
    const said = (workload: Partial<WorkloadObservation>) => planned({ workload }).warnings.join();
    expect(said({ paused: true, resumeHint: 'kubectl rollout resume' })).toMatch(/resumes it \(kubectl/);
    expect(said({ replacesPods: 'when-deleted' })).toMatch(/until somebody deletes them one by one/);
  });

  it('that an image is copied back, and that Git names it by a tag which the copy does not set', () => {
    const { steps, warnings } = planned({ registry: lostButKept(v1) });
    expect(steps[0]?.step.kind).toBe('restore-image');
    expect(warnings.join()).toContain(`Git names ${imageOf('v1')} by its tag`);
    expect(planned().warnings.join()).not.toContain('by its tag');
  });

  it('what may propose the bad version again', () =>
    expect(planned({ branch: { movers: [{ ...mover, isAutomatic: false }] } }).warnings.join()).toContain(
      'flux suspend image update',
    ));
});

describe('a plan is refused', () => {
  it.each<[string, World, string]>([
    ['where the branch was rewritten', { branch: { contains: false } }, 'commit-not-on-branch'],
    ['where the commit changes nothing that is deployed', { branch: { files: 0 } }, 'nothing-to-revert'],
    [
      'where a revert would conflict and no path is declared',
      { branch: { conflicts: ['aaaaaaa'] }, rollback: { gitops: { ...place, application } } },
      'revert-conflicts',
    ],
    ['where the application is suspended', { app: { suspended: true } }, 'application-suspended'],
    [
      'where the application follows another branch',
      { app: { source: { url: 'x', branch: 'release' } } },
      'other-branch',
    ],
    ['where the repository is written by a robot', { branch: { movers: [mover] } }, 'image-automation'],
    ['where the cluster has a robot', { app: { movers: [mover] } }, 'image-automation'],
    ['without any commit', { changes: [] }, 'commit-unknown'],
    ['where the bad commit was not registered', { changes: [{ ...change, after: null }] }, 'commit-unknown'],
    [
      'where the commits are of another branch than the service is taken from',
      { changes: [{ ...change, target: { ...place, branch: 'next' } }] },
      'commit-unknown',
    ],
    ['where nobody declared who takes it', { rollback: {} }, 'not-declared'],
    [
      'where another controller owns the workload',
      { owner: argo('apps:apps/Deployment:x') },
      'owned-by-controller',
    ],
    [
      'where another application owns the workload',
      { owner: { ...flux, evidence: flux.evidence.replace('apps', 'others') } as Owner },
      'owned-by-controller',
    ],
    [
      'where a HelmRelease owns the workload',
      { owner: { ...flux, evidence: 'label helm.toolkit.fluxcd.io/name: apps' } as Owner },
      'owned-by-controller',
    ],
  ])('%s', (_words, world, code) => expect(refused(world)).toEqual([code]));

  it('not for an application of Argo CD, in its own namespace or in another', () => {
    const rollback = {
      gitops: { ...declared, application: { kind: 'Application', namespace: 'argocd', name: 'web' } },
    };
    for (const id of ['web:apps/Deployment:shop/web', 'argocd_web:apps/Deployment:shop/web'])
      expect(planned({ rollback, owner: argo(id) }).steps[1]?.title).toContain('Argo CD has taken it');
    expect(refused({ rollback, owner: argo('teams_web:apps/Deployment:shop/web') })).toEqual([
      'owned-by-controller',
    ]);
  });
});
