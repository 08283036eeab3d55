import { aDeployment, aService, aSnapshot, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { ObservedWorkload } from '../../deployment/capture.ts';
import type { Change } from '../../deployment/deployment.ts';
import type { Owner } from '../../workload/observation.ts';
import type { ScalerResult } from '../../workload/scaler.ts';
import { stepContracts } from '../contracts/index.ts';
import type { RegisteredRelease } from './registered-release.ts';
import { registrationNotices } from './registration-notices.ts';
import { withNotices } from './with-notices.ts';

const web = { kind: 'Deployment', name: 'web' } as const;
const observed = (owner: Owner): ObservedWorkload => ({
  ...{ workload: web, snapshot: aSnapshot(imageOf('v2')), serving: [], owner },
  progress: {
    ...{ complete: true, observed: true, desired: 1, updated: 1, available: 1, old: 0 },
    ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
  },
});
const argo: Owner = {
  ...{ kind: 'git-controller', name: 'Argo CD', subject: 'application shop' },
  evidence: 'annotation argocd.argoproj.io/tracking-id: shop:apps/Deployment:shop/web',
};
const flux: Owner = {
  ...{ kind: 'git-controller', name: 'Flux', subject: 'Kustomization flux-system/shop' },
  evidence: 'label kustomize.toolkit.fluxcd.io/name: flux-system/shop',
};
const application = { kind: 'Application', namespace: 'argocd', name: 'shop' };
const gitops = { repository: 'deploy', branch: 'main', path: 'shop', application };
const declared = aService({ rollback: { gitops } });
const every = new Set(stepContracts.map(({ kind }) => kind));
const noGit = new Set([...every].filter((kind) => kind !== 'ensure-commit-reverted'));
const registered = aDeployment({ origin: 'pipeline', commit: 'abc1234' });

function told(owner: Owner, over: Partial<RegisteredRelease> = {}) {
  const release = { service: aService(), deployment: registered, seen: [observed(owner)], available: every };
  return registrationNotices({ ...release, ...over }).map(({ code, words }) => `${code}: ${words}`);
}

describe('whoever owns a workload is told when a release is registered', () => {
  it('that there is no way back while nothing says where it is taken from, and what to declare', () =>
    expect(told(argo)).toEqual([
      'owner-without-way: Deployment web is owned by Argo CD application shop, which puts its own version back by itself, and there is no way back yet: the service does not say which repository and branch it is taken from. Declare rollback.gitops of the service (repository, branch, path, application).',
    ]));

  it('by which way it goes back where that is declared', () =>
    expect(told(argo, { service: declared })).toEqual([
      'owned: Deployment web is owned by Argo CD application shop: it is taken back in Git, by reverting the commit that brought it.',
    ]));

  it.each<[string, Owner, Partial<RegisteredRelease>, string]>([
    [
      'another application is declared',
      { ...argo, evidence: argo.evidence.replace('shop:', 'pay:') },
      { service: declared },
      'the service declares another application, Application argocd/shop.',
    ],
    [
      'another controller is declared',
      flux,
      { service: declared },
      'the service declares another application',
    ],
    [
      'no commit was registered',
      argo,
      { service: declared, deployment: { ...registered, commit: null } },
      'Register it with its commit (lastgood register --commit-of deploy@SHA).',
    ],
    [
      'no repository is configured',
      argo,
      { service: declared, available: noGit },
      'Add its repository to `git` of the configuration.',
    ],
    [
      'a Rollout is not declared',
      { kind: 'delivery-controller', name: 'Argo Rollouts', evidence: 'owned by Rollout web' },
      {},
      'Declare its Rollout (rollback.argo-rollouts of the service).',
    ],
    [
      'nothing takes back what it makes',
      { kind: 'unknown-controller', name: 'Kafka events', evidence: 'owned by Kafka events' },
      {},
      'Put the version to return to into Kafka events itself',
    ],
  ])('that there is none where %s', (_what, owner, over, words) => {
    const [notice = '', ...others] = told(owner, over);
    expect(notice).toMatch(/^owner-without-way: /);
    expect(notice).toContain(words);
    expect(others).toEqual([]);
  });

  it('that a delivery controller takes back what is declared as its own', () => {
    const service = aService({ rollback: { flagger: { canary: 'web' } } });
    expect(told({ kind: 'nobody' }, { service })).toEqual([
      'owned: Deployment web is owned by Flagger: it is taken back through Flagger, which is told to abort or to undo.',
    ]);
  });

  it('what a later upgrade does, and what is only possible', () => {
    const helm: Owner = { kind: 'package-manager', name: 'Helm', subject: 'release shop', evidence: '' };
    expect(told(helm)).toEqual([
      expect.stringMatching(/^owned: Deployment web is owned by Helm release shop: a rollback sticks until/),
    ]);
    expect(told({ kind: 'possible-controller', name: 'Fleet', evidence: 'an annotation' })).toEqual([
      expect.stringMatching(/^owned: Deployment web may be owned by Fleet \(an annotation\)/),
    ]);
  });

  it('nothing, where nobody does, or one applies by hand', () => {
    expect(told({ kind: 'nobody' })).toEqual([]);
    expect(told({ kind: 'manual-apply', name: 'kubectl apply', evidence: 'annotation' })).toEqual([]);
    expect(told(argo, { seen: [] })).toEqual([]);
  });

  it('not that a commit is missing of a release that nobody registered', () =>
    expect(
      told(argo, { service: declared, deployment: { ...registered, commit: null, origin: 'detected' } }),
    ).toEqual([expect.stringMatching(/^owned: /)]));
});

describe('what scales a workload', () => {
  const scaled = (answer: ScalerResult) => told({ kind: 'nobody' }, { scaled: [{ workload: web, answer }] });
  const by = (kind: 'HorizontalPodAutoscaler' | 'ScaledObject', most: number | null): ScalerResult => ({
    kind: 'known',
    scaler: { kind, name: 'web', most },
  });

  it.each<[ScalerResult, string[]]>([
    [{ kind: 'known', scaler: null }, []],
    [
      by('HorizontalPodAutoscaler', 9),
      [
        'scaled: Deployment web is scaled by HorizontalPodAutoscaler web (up to 9 pods): a rollback leaves its replicas alone.',
      ],
    ],
    [
      by('ScaledObject', null),
      ['scaled: Deployment web is scaled by KEDA ScaledObject web: a rollback leaves its replicas alone.'],
    ],
    [
      { kind: 'unreachable', reason: 'no right' },
      ['scaled: Whether anything scales Deployment web is not known: no right.'],
    ],
  ])('is told, and unknown where it could not be read: %j', (answer, words) =>
    expect(scaled(answer)).toEqual(words),
  );

  const route = { kind: 'HTTPRoute', name: 'web' };
  const sides = {
    ...{ route, stable: { destination: 'stable', workload: web } },
    canary: { destination: 'canary', workload: { kind: 'Deployment', name: 'web-canary' } },
  };
  const migration: Change = { kind: 'migration', target: { database: 'shop' }, before: '1', after: '2' };
  it.each<[string, Partial<RegisteredRelease>, RegExp]>([
    [
      'a slot is brought up',
      {
        deployment: { ...registered, strategy: 'blue-green' },
        service: aService({ rollback: { 'blue-green': { route, slots: { blue: web } } } }),
      },
      /a rollback brings it up where it has too few pods.*refused/,
    ],
    [
      'the stable side is brought up for stages',
      {
        deployment: { ...registered, strategy: 'canary' },
        service: aService({ rollback: { canary: sides, progressive: {} } }),
      },
      /a rollback brings it up/,
    ],
    [
      'the stable side of a canary at once is not',
      {
        deployment: { ...registered, strategy: 'canary' },
        service: aService({ rollback: { canary: sides } }),
      },
      /leaves its replicas alone/,
    ],
    [
      'what writes is stopped under a schema',
      {
        deployment: { ...registered, changes: [migration] },
        service: aService({ writers: [web] }),
      },
      /to 0 while the schema goes back/,
    ],
    [
      'what writes is left alone otherwise',
      { service: aService({ writers: [web] }) },
      /leaves its replicas alone/,
    ],
  ])('%s: that is said', (_what, over, words) => {
    const answer = by('HorizontalPodAutoscaler', 2);
    const [notice] = told({ kind: 'nobody' }, { ...over, scaled: [{ workload: web, answer }] });
    expect(notice).toMatch(words);
  });

  it('what writes under a schema is refused while KEDA scales it: that is said beforehand', () => {
    const over = {
      deployment: { ...registered, changes: [migration] },
      service: aService({ writers: [web] }),
    };
    const answer = by('ScaledObject', 2);
    expect(told({ kind: 'nobody' }, { ...over, scaled: [{ workload: web, answer }] })).toContain(
      'scaled: Deployment web is scaled by KEDA ScaledObject web (up to 2 pods): KEDA would start it again while the schema goes back, so a rollback is refused until web is annotated autoscaling.keda.sh/paused=true.',
    );
  });
});

describe('stages that are declared', () => {
  const slots = { blue: web, green: { ...web, name: 'web-green' } };
  const switches = { 'blue-green': { service: { name: 'web', key: 'slot' }, slots }, progressive: {} };
  const shared = { stable: 50, canary: 50 };
  const route = { kind: 'HTTPRoute', name: 'web' };
  const weights: Change = { kind: 'traffic', target: route, before: shared, after: {} };
  const switched: Change = {
    ...{ kind: 'traffic', target: { kind: 'Service', name: 'web', key: 'slot' } },
    ...{ before: 'blue', after: 'green' },
  };
  const released = (strategy: 'blue-green' | 'canary', ...changes: Change[]) => ({
    ...{ ...registered, strategy, changes },
  });

  it.each<[string, Partial<RegisteredRelease>, RegExp]>([
    [
      'a declared selector',
      { service: aService({ rollback: switches }), deployment: released('blue-green') },
      /^not-in-stages: Service web cannot be split in shares.*at once, not in stages/,
    ],
    [
      'a registered one of another strategy',
      { service: aService({ rollback: { progressive: {} } }), deployment: released('canary', switched) },
      /^not-in-stages: Service web cannot be split/,
    ],
    [
      'recorded weights of several copies',
      { service: aService({ rollback: { progressive: {} } }), deployment: released('canary', weights) },
      /^not-in-stages: HTTPRoute web goes back to shares of more than one copy/,
    ],
  ])('do not hold for %s, and that is said', (_what, over, words) =>
    expect(told({ kind: 'nobody' }, over)).toEqual([expect.stringMatching(words)]),
  );

  it('are said nothing of where they hold, or none are declared', () => {
    const { progressive: _none, ...atOnce } = switches;
    const deployment = released('blue-green');
    expect(told({ kind: 'nobody' }, { service: aService({ rollback: atOnce }), deployment })).toEqual([]);
    const rollback = { 'blue-green': { route, slots }, progressive: {} };
    expect(told({ kind: 'nobody' }, { service: aService({ rollback }), deployment })).toEqual([]);
  });
});

describe('judged again', () => {
  it('keeps what the capture noticed, and drops what has been declared since', () => {
    const late = { code: 'registered-late', words: 'Late.' } as const;
    const release = { service: aService(), deployment: registered, seen: [observed(argo)], available: every };
    const before = registrationNotices(release, [late]);
    expect(before.map(({ code }) => code)).toEqual(['owner-without-way', 'registered-late']);
    const after = registrationNotices({ ...release, service: declared }, before);
    expect(after.map(({ code }) => code)).toEqual(['registered-late', 'owned']);
  });

  it('tells of what was found in the cluster, with an event where there is no way back', () => {
    const found = aDeployment({ id: 'd9', origin: 'detected', service: `main/shop/${webWorkload.name}` });
    const commit = withNotices({ newDeployments: [found] }, aService(), [observed(argo)]);
    expect(commit?.newDeployments?.[0]?.notices).toMatchObject([{ code: 'owner-without-way' }]);
    expect(commit?.events).toMatchObject([{ type: 'deployment.warned', deploymentId: 'd9' }]);
    const nothing = { newDeployments: [found] };
    expect(withNotices(nothing, aService(), [observed({ kind: 'nobody' })])).toBe(nothing);
    expect(withNotices(null, aService(), [observed(argo)])).toBeNull();
  });
});
