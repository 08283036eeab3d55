import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Owner } from '../workload/observation.ts';
import type { TemplateWriter } from '../workload/template-writer.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import type { Absence } from './absences.ts';
import type { ObservedWorkload } from './capture.ts';
import type { Deployment, WorkloadChange } from './deployment.ts';
import { followService } from './follow.ts';
import type { FollowedService } from './followed-service.ts';
import type { Hold } from './hold.ts';
import { putBack, putBackInForce } from './put-back.ts';

const web = { kind: 'Deployment', name: 'web' } as const;
const [v41, v42] = [aSnapshot(imageOf('v41')), aSnapshot(imageOf('v42'))];
const pinned = aSnapshot(`${imageOf('v42')}@${v42.imageDigests.app}`);
const hold: Hold = {
  ...{ id: 'h1', service: 'main/shop/web', deploymentId: 'd42', runId: 'r1', reason: 'errors' },
  ...{ templateDigest: v42.templateDigest, imageDigests: [], images: [], placedAt: dayZero },
  ...{ releasedAt: null, releasedBy: null },
};
const bad = aDeployment({ id: 'd42', release: 42, version: 'v42', commit: 'abc123def4567890' });
const rollback: Deployment = aBaseline({
  ...{ id: 'r1-rollback', release: 43, origin: 'rollback', previousDeploymentId: 'd42' },
  ...{ completedAt: dayZero, watchEndsAt: dayZero + 30 * minute, watchClosedAt: null },
  changes: [{ kind: 'workload', target: web, before: v42, after: v41 }],
});
const taken = { version: 'v42', commit: bad.commit, isReverted: false };
const by = (manager: string, at: number | null = dayZero + 12 * minute): TemplateWriter => ({
  ...{ containers: ['app'], manager, operation: 'Update', at },
});
const argo: Owner = { kind: 'git-controller', name: 'Argo CD', subject: 'application shop', evidence: '' };

function seen(over: Partial<ObservedWorkload> = {}): ObservedWorkload {
  return {
    ...{ workload: web, snapshot: v42, serving: [] },
    progress: {
      ...{ complete: false, observed: true, desired: 3, updated: 1, available: 3, old: 2 },
      ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
    },
    ...over,
  };
}
const known = (over: Partial<FollowedService> = {}): FollowedService => ({
  ...{ service: aService(), latest: rollback, activeRunId: null, holds: [hold], takenBack: bad },
  ...over,
});
const policyOf = (putBackWatchMs: number | null) =>
  aService({ policy: { ...aService().policy, putBackWatchMs } });

describe('who put a version back is said by what calls itself so in the cluster', () => {
  it.each<[string, TemplateWriter[], Owner | undefined, string, string]>([
    [
      'Argo CD',
      [by('argocd-controller')],
      argo,
      'put there by Argo CD application shop (argocd-controller) at 12:12:00 UTC, 12 min after the rollback',
      'Disable auto-sync of application shop or revert commit abc123def456,',
    ],
    [
      'Argo CD without a mark',
      [by('argocd-application-controller')],
      undefined,
      'put there by Argo CD (argocd-application-controller) at',
      'Disable auto-sync of its application or',
    ],
    [
      'Flux',
      [by('kustomize-controller')],
      { ...argo, name: 'Flux', subject: 'Kustomization flux-system/shop' },
      'put there by Flux Kustomization flux-system/shop (kustomize-controller) at',
      'Suspend Kustomization flux-system/shop or revert commit',
    ],
    [
      'Helm',
      [by('helm')],
      { kind: 'package-manager', name: 'Helm', subject: 'release shop', evidence: '' },
      'put there by Helm release shop (helm) at',
      'Give the Helm release shop the good version',
    ],
    [
      'a person',
      [by('kubectl-set')],
      argo,
      'put there by somebody with kubectl (kubectl-set) at',
      'Ask who did that,',
    ],
    [
      'a pipeline',
      [by('ci-deploy')],
      undefined,
      'put there by a client that calls itself ci-deploy at',
      'Stop what calls itself ci-deploy,',
    ],
    [
      'without a time',
      [by('kubectl-edit', null)],
      undefined,
      'who put it there is not known, for the cluster does not name anybody who wrote its image since the rollback.',
      'Find out who deploys it',
    ],
    [
      'who wrote the image before the rollback, for only a variable was set since',
      [by('helm', dayZero - 60 * minute)],
      { kind: 'package-manager', name: 'Helm', subject: 'release shop', evidence: '' },
      'who put it there is not known, for the cluster does not name anybody who wrote its image since the rollback.',
      'Find out who deploys it',
    ],
    [
      'nobody known',
      [],
      undefined,
      'who put it there is not known, for the cluster does not tell who wrote it last.',
      'Find out who deploys it',
    ],
    [
      'two at once',
      [by('ci-deploy'), by('kubectl-set')],
      undefined,
      'who put it there is not known',
      'Find out who deploys it',
    ],
    [
      'the later of two',
      [by('ci-deploy', 1), by('kubectl-set', dayZero + minute)],
      undefined,
      'put there by somebody with kubectl (kubectl-set)',
      'Ask who did that,',
    ],
  ])('%s', (_who, writers, owner, words, advice) => {
    const back = putBack(hold, { workload: web, version: 'v42', owner, writers }, taken);
    expect(back.words).toContain(`v42 is back on Deployment web: ${words}`);
    expect(back.advice).toContain(advice);
  });

  it('blames nobody who wrote before the rollback', () =>
    expect(
      putBack(hold, { workload: web, version: 'v42', writers: [by('helm', dayZero)] }, taken).by,
    ).toBeNull());

  it.each<[string, Partial<Hold>[], boolean]>([
    ['its hold is in force', [{}], true],
    ['a person has released it', [{ releasedAt: dayZero + minute }], false],
    ['there is none', [], false],
    ['another rollback holds something', [{ runId: 'r0' }], false],
  ])('is said while %s: %#', (_words, holds, isSaid) => {
    const back = putBack(hold, { workload: web, version: 'v42' }, taken);
    const inForce = holds.map((over) => ({ ...hold, ...over }));
    expect(putBackInForce(back, inForce)).toBe(isSaid ? back : null);
    expect(putBackInForce({ kind: 'nobody', until: 1 }, inForce)).toEqual({ kind: 'nobody', until: 1 });
  });

  it('names no commit that the rollback has undone itself', () =>
    expect(
      putBack(
        hold,
        { workload: web, version: 'v42', owner: argo, writers: [by('argocd-controller')] },
        { ...taken, isReverted: true },
      ).advice,
    ).toContain('Disable auto-sync of application shop or revert the newer commit that brought it back,'));

  it('names no commit that it does not know', () =>
    expect(
      putBack(hold, { workload: web, version: null, writers: [by('argocd-controller')] }, null),
    ).toMatchObject({
      words: expect.stringMatching(/^The version that was taken back is back on Deployment web/),
      advice: expect.stringContaining('revert the commit that brought it'),
    }));
});

describe('after a rollback', () => {
  it('the bad version, seen again, is an event of the run, wakes somebody and stays with the release', () => {
    const back = [seen({ owner: argo, writers: [by('argocd-controller')] })];
    const commit = followService(known(), back, dayZero + 13 * minute);
    expect(commit?.newDeployments).toMatchObject([
      { origin: 'detected', putBack: { kind: 'back', runId: 'r1', by: { manager: 'argocd-controller' } } },
    ]);
    const event = commit?.events?.find(({ type }) => type === 'rollback.put-back');
    expect(event).toMatchObject({ runId: 'r1', data: { by: { manager: 'argocd-controller' } } });
    expect(event?.text).toContain('revert commit abc123def456');
    expect(commit?.notifications).toMatchObject([
      { kind: 'held_version_back', urgency: 'page', runId: 'r1', text: event?.text },
    ]);
  });

  it('says which version it is, also where nobody looked what was taken back', () => {
    const { takenBack: _bad, ...unknown } = known();
    const about = (followed: FollowedService) =>
      followService(followed, [seen()], dayZero + 13 * minute)?.notifications?.[0]?.facts;
    expect(about(known())?.versions).toMatch(/^v42 → /);
    expect(about(unknown)).toMatchObject({ from: { version: 'v42' }, versions: 'v42' });
  });

  it.each<[string, WorkloadChange['before'], WorkloadChange['after'], WorkloadSnapshot]>([
    ['where it may have been set', null, null, v42],
    ['that it did not reach, though its image is named by digest now', v42, v42, pinned],
  ])('that stopped, what is seen on a workload %s is not back', (_words, before, after, snapshot) => {
    const changes = [{ kind: 'workload', target: web, before, after } as const];
    const latest: Deployment = { ...rollback, status: 'failed', completedAt: null, changes };
    const holds = [{ ...hold, imageDigests: Object.values(v42.imageDigests) }];
    const commit = followService(known({ latest, holds }), [seen({ snapshot })], dayZero + minute);
    expect(commit?.deployments).toMatchObject([{ changes: [{ after: snapshot }] }]);
    expect(commit).toMatchObject({ events: [], notifications: [] });
    expect(commit?.deployments?.[0]).not.toHaveProperty('putBack');
  });

  it('that stopped, what it did not reach is not back where it is only started anew', () => {
    const changes = [{ kind: 'workload', target: web, before: v42, after: v42 } as const];
    const latest: Deployment = { ...rollback, status: 'failed', completedAt: null, changes };
    const holds = [{ ...hold, imageDigests: Object.values(v42.imageDigests) }];
    const snapshot: WorkloadSnapshot = {
      ...{ ...v42, templateDigest: 'sha256:restarted' },
      template: { ...v42.template, metadata: { annotations: { restartedAt: 'now' } } },
    };
    const commit = followService(known({ latest, holds }), [seen({ snapshot })], dayZero + minute);
    expect(commit?.newDeployments).toMatchObject([{ origin: 'detected', putBack: null }]);
    expect(commit?.events?.map(({ type }) => type)).toEqual(['deployment.detected']);
    expect(commit?.notifications).toEqual([]);
  });

  it.each<[number | null, number, string]>([
    [null, 30 * minute, 'rollback.put-back'],
    [null, 31 * minute, 'hold.ignored'],
    [5 * minute, 6 * minute, 'hold.ignored'],
    [60 * minute, 59 * minute, 'rollback.put-back'],
  ])('with a watch of %j ms, after %d ms it is %s', (windowMs, afterMs, type) => {
    const commit = followService(known({ service: policyOf(windowMs) }), [seen()], dayZero + afterMs);
    expect(commit?.events?.map((event) => event.type)).toEqual(['deployment.detected', type]);
  });

  it('is no more than a deployment once a person has released the hold', () => {
    const holds = [{ ...hold, releasedAt: dayZero }];
    const commit = followService(known({ holds }), [seen()], dayZero + minute);
    expect(commit?.newDeployments).toMatchObject([{ putBack: null }]);
    expect(commit?.notifications).toEqual([]);
  });

  it('that nobody has put it back is said once, when the watch has passed', () => {
    const good = [seen({ snapshot: v41 })];
    const at = (latest: Deployment, afterMs: number, over: Partial<FollowedService> = {}) =>
      followService(known({ latest, ...over }), good, dayZero + afterMs)?.events?.map(({ type }) => type) ??
      [];
    const closed = { ...rollback, watchClosedAt: dayZero + 30 * minute };
    expect(at(closed, 29 * minute)).toEqual([]);
    expect(at(closed, 30 * minute)).toEqual(['rollback.stayed']);
    expect(at(closed, 30 * minute, { service: policyOf(60 * minute) })).toEqual([]);
    expect(at({ ...closed, putBack: { kind: 'nobody', until: 1 } }, 31 * minute)).toEqual([]);
    expect(at(closed, 31 * minute, { holds: [] })).toEqual([]);
    expect(at({ ...closed, origin: 'pipeline' }, 31 * minute)).toEqual([]);
  });

  it.each<[string, Absence[], Partial<Deployment>, string]>([
    [
      'Lastgood was down',
      [{ from: dayZero + 5 * minute, to: dayZero + 25 * minute }],
      {},
      'When looked at again at 12:30:00 UTC, the version that was taken back was not there; for 20 min of the 30 min it could not be seen: from 12:05:00 UTC to 12:25:00 UTC.',
    ],
    [
      'the cluster could not be read, until the end',
      [],
      { looks: { served: 20, lastAt: dayZero + 5 * minute, lastServed: true, doubt: null } },
      'When looked at again at 12:30:00 UTC, the version that was taken back was not there; for 25 min of the 30 min it could not be seen: from 12:05:00 UTC to 12:30:00 UTC.',
    ],
    [
      'the cluster could not be read in its midst, where Lastgood was down, too',
      [{ from: dayZero + 15 * minute, to: dayZero + 20 * minute }],
      {
        looks: {
          ...{ served: 60, lastAt: dayZero + 30 * minute - 10_000, lastServed: true, doubt: null },
          gaps: [{ from: dayZero + 5 * minute, to: dayZero + 18 * minute }],
        },
      },
      'When looked at again at 12:30:00 UTC, the version that was taken back was not there; for 15 min of the 30 min it could not be seen: from 12:05:00 UTC to 12:20:00 UTC.',
    ],
    [
      'so often that some of it is kept as one, less what was seen within',
      [],
      {
        looks: {
          ...{ served: 60, lastAt: dayZero + 30 * minute - 10_000, lastServed: true, doubt: null },
          gaps: [{ from: dayZero + 5 * minute, to: dayZero + 18 * minute, seenMs: 3 * minute }],
        },
      },
      'When looked at again at 12:30:00 UTC, the version that was taken back was not there; for 10 min of the 30 min it could not be seen: time and again from 12:05:00 UTC to 12:18:00 UTC.',
    ],
    [
      'it was away before the rollback only',
      [{ from: dayZero - 5 * minute, to: dayZero + 10_000 }],
      {},
      'The version that was taken back was not set again for 30 min after the rollback.',
    ],
  ])('of a time in which nobody looked it is not said: %s', (_words, absences, over, text) => {
    const looks = { served: 119, lastAt: dayZero + 30 * minute - 10_000, lastServed: true, doubt: null };
    const latest = { ...rollback, looks, watchClosedAt: dayZero + 30 * minute, ...over };
    const good = [seen({ snapshot: v41 })];
    const commit = followService(known({ latest, absences }), good, dayZero + 30 * minute);
    expect(commit?.events?.map((event) => event.text)).toEqual([text]);
  });
});
