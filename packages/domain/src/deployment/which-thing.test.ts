import { fakeImageDigest, fakeTemplate, fakeTemplateDigest } from '@lastgood/testkit/fakes/fake-template';
import {
  aBaseline,
  aDeployment,
  anObserved,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { WorkloadRef, WorkloadSnapshot } from '../workload/workload.ts';
import type { Change, Deployment } from './deployment.ts';
import { followService } from './follow.ts';
import type { FollowedService } from './followed-service.ts';
import type { Hold } from './hold.ts';
import { matchesRegistration } from './own-change.ts';
import { hasShownChange, ownRollout } from './own-rollout.ts';
import { versionOf } from './version.ts';

const web = { kind: 'Deployment', name: 'web' } as const;
const webSet = { kind: 'StatefulSet', name: 'web' } as const;
const [v1, v2, v3] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v3'))];

function change(
  before: WorkloadSnapshot | null,
  after: WorkloadSnapshot | null,
  target: WorkloadRef = web,
): Change {
  return { kind: 'workload', target, before, after };
}

function followed(latest: Deployment, over: Partial<FollowedService> = {}): FollowedService {
  return { service: aService(), latest, activeRunId: null, holds: [], ...over };
}

const rolling = { complete: false };
const follow = (latest: Deployment, ...seen: ReturnType<typeof anObserved>[]) =>
  followService(followed(latest), seen, dayZero + 1_000);

/** The same images with another configuration. */
function configured(snapshot: WorkloadSnapshot, name: string): WorkloadSnapshot {
  const template = { ...snapshot.template, metadata: { annotations: { config: name } } };
  return { ...snapshot, template, templateDigest: `sha256:${name}-${snapshot.templateDigest.slice(7)}` };
}

describe('a second change during a rollout', () => {
  it('of a detected release is a release of its own', () => {
    const first = aDeployment({ id: 'd2', origin: 'detected', changes: [change(v1, v2)] });
    const commit = follow(first, anObserved(v3, rolling));
    expect(commit?.newDeployments).toMatchObject([
      { previousDeploymentId: 'd2', changes: [{ before: v2, after: v3 }] },
    ]);
  });

  it('of a registered one, once its own was seen, is a release of its own', () => {
    const first = aDeployment({ id: 'd2', changes: [change(v1, v2)] });
    expect(follow(first, anObserved(v3, rolling))?.newDeployments).toMatchObject([{ origin: 'detected' }]);
  });

  it('belongs to the registered one while its pipeline brings out what it registered', () => {
    const first = aDeployment({
      id: 'd2',
      registeredImages: { app: imageOf('v2') },
      changes: [change(v1, v2)],
    });
    const again = configured(v2, 'new');
    const commit = follow(first, anObserved(again, rolling));
    expect(commit?.newDeployments).toBeUndefined();
    expect(commit?.deployments).toMatchObject([{ id: 'd2', changes: [{ after: again }] }]);
    const said = { ...first, reportedCompleteAt: dayZero };
    expect(follow(said, anObserved(again, rolling))?.newDeployments).toMatchObject([{ origin: 'detected' }]);
  });

  it('of another workload of a detected release joins it', () => {
    const worker = { kind: 'Deployment', name: 'worker' } as const;
    const known = aBaseline({ id: 'd1', changes: [change(null, v1), change(null, v1, worker)] });
    const seen = [anObserved(v2, rolling), anObserved(v1, { workload: worker })];
    const detected = followService(followed(known), seen, dayZero)?.newDeployments?.[0];
    expect(detected?.changes).toMatchObject([
      { before: v1, after: v2 },
      { before: v1, after: v1 },
    ]);
    const first = { ...aDeployment(), ...detected, id: 'd2', release: 2 } as Deployment;
    const both = [anObserved(v2, rolling), anObserved(v3, { workload: worker, ...rolling })];
    const joined = followService(followed(first), both, dayZero + 1_000);
    expect(joined?.newDeployments).toBeUndefined();
    expect(joined?.deployments).toMatchObject([{ changes: [{ after: v2 }, { before: v1, after: v3 }] }]);
  });
});

describe('a registered deployment that waits for its own change', () => {
  const waiting = (over: Partial<Deployment> = {}) =>
    aDeployment({ id: 'd2', registeredImages: { app: imageOf('v2') }, changes: [change(v1, null)], ...over });

  it('takes none that runs other images', () => {
    const commit = follow(waiting(), anObserved(v3, rolling));
    expect(commit?.deployments?.[0]).not.toHaveProperty('changes');
    expect(commit?.newDeployments).toBeUndefined();
  });

  it('takes its own by tag, and by the digest it was registered with', () => {
    expect(follow(waiting(), anObserved(v2, rolling))?.deployments).toMatchObject([
      { changes: [{ after: v2 }] },
    ]);
    const byDigest = { app: `${imageOf('v2')}@${fakeImageDigest(imageOf('v2'))}` };
    const commit = follow(waiting({ registeredImages: byDigest }), anObserved(v2, rolling));
    expect(commit?.deployments).toMatchObject([{ changes: [{ after: v2 }] }]);
  });

  it('takes its own by the commit that the template names, and no other commit', () => {
    const named = (commit: string) => ({ ...v2, commit });
    const by = waiting({ registeredImages: {}, commit: 'abc' });
    expect(follow(by, anObserved(named('abc'), rolling))?.deployments).toMatchObject([
      { changes: [{ after: { commit: 'abc' } }] },
    ]);
    expect(follow(by, anObserved(named('def'), rolling))?.deployments?.[0]).not.toHaveProperty('changes');
  });

  it('that failed waiting leaves what is there to be a release of its own', () => {
    const ended = waiting({ status: 'failed', watchClosedAt: dayZero });
    expect(follow(ended, anObserved(v3, rolling))?.newDeployments).toMatchObject([{ origin: 'detected' }]);
  });
});

describe('a deployment registered without evidence', () => {
  it('takes the first change before its report for its own, and none after it', () => {
    const waiting = aDeployment({ id: 'd2', changes: [change(v1, null)] });
    expect(follow(waiting, anObserved(v2, rolling))?.deployments).toMatchObject([
      { changes: [{ after: v2 }] },
    ]);
    const reported = { ...waiting, reportedCompleteAt: dayZero };
    expect(follow(reported, anObserved(v2, rolling))?.newDeployments).toMatchObject([
      { origin: 'detected', changes: [{ before: v1, after: v2 }] },
    ]);
  });
});

describe('images registered for two workloads with equal container names', () => {
  const worker = { kind: 'Deployment', name: 'worker' } as const;
  const of = (registeredImages: Record<string, string>, commit: string | null = null) => ({
    ...{ registeredImages, commit },
    changes: [change(v1, null), change(v1, null, worker)],
  });

  it('are told apart by WORKLOAD/CONTAINER', () => {
    const both = of({ 'web/app': imageOf('v2'), 'worker/app': imageOf('v3') });
    expect(matchesRegistration(both, web, v2)).toBe('yes');
    expect(matchesRegistration(both, worker, v3)).toBe('yes');
    expect(matchesRegistration(both, worker, v2)).toBe('no');
  });

  it('by the container alone may mean either: one that differs is not refused for it', () => {
    expect(matchesRegistration(of({ app: imageOf('v2') }), web, v2)).toBe('yes');
    expect(matchesRegistration(of({ app: imageOf('v2') }), worker, v3)).toBe('unknown');
    const alone = { ...of({ app: imageOf('v2') }), changes: [change(v1, null)] };
    expect(matchesRegistration(alone, web, v3)).toBe('no');
  });
});

describe('images registered for two workloads of one name', () => {
  const set = { kind: 'StatefulSet', name: 'web' } as const;
  const of = (registeredImages: Record<string, string>) => ({
    ...{ registeredImages, commit: null },
    changes: [change(v1, null), change(v1, null, set)],
  });

  it('are told apart by KIND/WORKLOAD/CONTAINER', () => {
    const both = of({ 'Deployment/web/app': imageOf('v2'), 'StatefulSet/web/app': imageOf('v3') });
    expect(matchesRegistration(both, web, v2)).toBe('yes');
    expect(matchesRegistration(both, set, v3)).toBe('yes');
    expect(matchesRegistration(both, set, v2)).toBe('no');
  });

  it('by the name alone may mean either: one that differs is not refused for it', () => {
    const named = of({ 'web/app': imageOf('v2') });
    expect(matchesRegistration(named, web, v2)).toBe('yes');
    expect(matchesRegistration(named, set, v3)).toBe('unknown');
  });

  it('by a wider name mean the one that has no closer name', () => {
    const closer = of({ 'web/app': imageOf('v2'), 'StatefulSet/web/app': imageOf('v3') });
    expect(matchesRegistration(closer, web, v3)).toBe('no');
    expect(matchesRegistration(closer, set, v2)).toBe('no');
    expect(matchesRegistration(of({ 'StatefulSet/web/app': imageOf('v3') }), web, v2)).toBe('unknown');
  });
});

describe('the same template, named by digest from outside', () => {
  const image = imageOf('v2');
  const pinned = aSnapshot(`${image}@${fakeImageDigest(image)}`, {
    imageDigests: v2.imageDigests,
    applied: undefined,
  });
  const applied = { managers: [], lastApplied: '{}' };
  const tagged = { ...v2, applied };

  it('is followed by the record, which keeps who had applied it', () => {
    const latest = aDeployment({ status: 'completed', completedAt: dayZero, changes: [change(v1, tagged)] });
    const commit = follow(latest, anObserved(pinned, rolling));
    expect(commit?.newDeployments).toBeUndefined();
    const { templateDigest } = pinned;
    expect(commit?.deployments?.[0]?.changes).toMatchObject([
      { before: v1, after: { templateDigest, applied } },
    ]);
  });

  it('serves as its own', () => {
    const latest = aDeployment({ changes: [change(v1, tagged)] });
    expect(ownRollout(latest, [anObserved(pinned)])).toEqual({ kind: 'serving' });
  });

  it('is no change of a workload that the deployment left as it was', () => {
    expect(hasShownChange(aDeployment({ changes: [change(tagged, pinned)] }))).toBe(false);
  });
});

describe('workloads of one name', () => {
  it('are told apart by their kind', () => {
    const latest = aBaseline({ id: 'd1', changes: [change(null, v1), change(null, v2, webSet)] });
    expect(follow(latest, anObserved(v1), anObserved(v2, { workload: webSet }))).toBeNull();
    const commit = follow(latest, anObserved(v1), anObserved(v3, { workload: webSet, ...rolling }));
    expect(commit?.newDeployments?.[0]?.changes).toMatchObject([
      { target: web, before: v1, after: v1 },
      { target: webSet, before: v2, after: v3 },
    ]);
  });
});

describe('an object deleted and created again', () => {
  const latest = aBaseline({ id: 'd1', changes: [change(null, v1)] });

  it('with the same template: the record follows it, with an event', () => {
    const commit = follow(latest, anObserved({ ...v1, uid: 'uid-2' }));
    expect(commit?.deployments).toMatchObject([{ id: 'd1', changes: [{ after: { uid: 'uid-2' } }] }]);
    expect(commit?.events?.[0]).toMatchObject({
      type: 'workload.recreated',
      text: expect.stringContaining('created again with the same template'),
    });
  });

  it('while a registered deployment waits: what was before it follows', () => {
    const waiting = aDeployment({ id: 'd2', changes: [change(v1, null)] });
    const commit = follow(waiting, anObserved({ ...v1, uid: 'uid-2' }));
    expect(commit?.deployments).toMatchObject([{ changes: [{ before: { uid: 'uid-2' }, after: null }] }]);
  });

  it('with another template: a release of its own, of the new object', () => {
    const commit = follow(latest, anObserved({ ...v2, uid: 'uid-2' }, rolling));
    expect(commit?.newDeployments).toMatchObject([{ changes: [{ before: v1, after: { uid: 'uid-2' } }] }]);
    expect(commit?.events?.map(({ type }) => type)).toEqual(['workload.recreated', 'deployment.detected']);
  });
});

describe('a held version', () => {
  const hold: Hold = {
    ...{ id: 'h1', service: 'main/shop/web', deploymentId: 'd0', runId: 'r1', reason: '' },
    ...{ templateDigest: v2.templateDigest, imageDigests: [], images: [], placedAt: dayZero },
    ...{ releasedAt: null, releasedBy: null },
  };

  it('that a registered deployment brings back wakes somebody, once', () => {
    const waiting = aDeployment({ id: 'd2', changes: [change(v1, null)] });
    const commit = followService(followed(waiting, { holds: [hold] }), [anObserved(v2, rolling)], dayZero);
    expect(commit?.events?.map(({ type }) => type)).toContain('rollback.put-back');
    expect(commit?.notifications).toMatchObject([{ kind: 'held_version_back', urgency: 'page' }]);
    const shown = aDeployment({ id: 'd2', changes: [change(v1, v2)] });
    const again = followService(
      followed(shown, { holds: [hold] }),
      [anObserved(v2, rolling)],
      dayZero + 60_000,
    );
    expect(again?.notifications ?? []).toEqual([]);
  });
});

describe('the version shown', () => {
  const template = (images: Record<string, string>, init: Record<string, string> = {}) => ({
    template: {
      spec: {
        initContainers: Object.entries(init).map(([name, image]) => ({ name, image })),
        containers: Object.entries(images).map(([name, image]) => ({ name, image })),
      },
    },
  });
  const before = template({ proxy: 'proxy:v9', app: 'web:v1' }, { setup: 'setup:v5' });
  const after = template({ proxy: 'proxy:v9', app: 'web:v2' }, { setup: 'setup:v6' });

  it.each([
    ['that of the container whose image changed', versionOf(after, before), 'v2'],
    ['that of the first container where none changed', versionOf(after), 'v9'],
    ['that of the declared one', versionOf(after, before, { ...web, container: 'proxy' }), 'v9'],
  ])('is %s', (_words, version, expected) => expect(version).toBe(expected));
});

it('fakes name a template by its images', () => {
  expect(v1.templateDigest).toBe(fakeTemplateDigest(fakeTemplate({ app: imageOf('v1') })));
});
