import { aSnapshot } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { ReadResult, RolloutProgress } from '../../workload/observation.ts';
import { type KubernetesCheck, kubernetes } from './kubernetes.ts';

const web = { kind: 'Deployment', name: 'web' } as const;
const declared = { name: 'serves', type: 'kubernetes' } as const;
const check = kubernetes.accept(declared, [web]);
const snapshot = aSnapshot();
const serves: KubernetesCheck['serves'] = {
  templateDigest: snapshot.templateDigest,
  imageDigests: { app: 'sha256:recorded' },
};

function found(readyDigests: string[], complete = true, over: Partial<RolloutProgress> = {}): ReadResult {
  const progress: RolloutProgress = {
    complete,
    observed: true,
    desired: 2,
    updated: 2,
    available: 2,
    old: 0,
    sentence: '2 of 2 replicas available',
    warning: null,
    blocking: null,
    readyDigests: { app: readyDigests },
    ...over,
  };
  const observation = {
    snapshot,
    desiredReplicas: 2,
    paused: false,
    resumeHint: '',
    beingDeleted: false,
    replacesPods: 'by-itself',
    owner: { kind: 'nobody' },
    progress,
  } as const;
  return { kind: 'found', observation: { ...observation, serving: [] } };
}

const target = (over: Partial<typeof serves>): KubernetesCheck => ({
  ...check,
  serves: { ...serves, ...over },
});

it("asks for the service's first workload unless it names one", () => {
  expect(kubernetes.ask(check, { cluster: 'main', namespace: 'shop', variables: {} })).toEqual({
    port: 'rollout',
    workload: { ...web, cluster: 'main', namespace: 'shop' },
  });
  const named = { ...declared, workload: { kind: 'StatefulSet', name: 'store' } } as const;
  expect(kubernetes.accept(named, [web]).workload.name).toBe('store');
  expect(kubernetes.lint(named, { workloads: [web], lintQuery: () => [] })).toEqual([
    { path: '/workload', message: "StatefulSet store is not one of the service's workloads." },
  ]);
});

it.each<[string, KubernetesCheck, ReadResult, object]>([
  ['rolled out', check, found([]), { pass: true, actual: '2 of 2 replicas available' }],
  ['not yet', check, found([], false), { pass: false }],
  [
    'serves the target, and says what it saw',
    target({}),
    found(['sha256:recorded']),
    {
      pass: true,
      actual: expect.stringMatching(/^2 of 2 replicas available, template \w{12}, app on recorded$/),
    },
  ],
  [
    'at zero replicas proves nothing',
    target({}),
    found([], true, { desired: 0, available: 0, sentence: '0 of 0 replicas available' }),
    { kind: 'nothing-serves', reason: 'nothing serves: it is scaled to zero replicas' },
  ],
  [
    'at zero replicas proves nothing where the run does not change it either',
    check,
    found([], true, { desired: 0, available: 0 }),
    { kind: 'nothing-serves' },
  ],
  [
    'complete without a pod that is available passes nothing',
    check,
    found([], true, { available: 0 }),
    { pass: false },
  ],
  [
    'serves what no pod tells the digest of',
    target({}),
    found([]),
    { pass: false, actual: '2 of 2 replicas available, and no ready pod says which image of app it runs' },
  ],
  [
    'serves another template',
    target({ templateDigest: 'sha256:other' }),
    found(['sha256:recorded']),
    { pass: false, actual: 'another template than the target' },
  ],
  [
    'serves another image in one pod',
    target({}),
    found(['sha256:recorded', 'sha256:other']),
    { pass: false, actual: 'app runs another image than the recorded one' },
  ],
  ['is gone', check, { kind: 'not-found', reason: 'gone' }, { pass: false, actual: 'gone' }],
  [
    'cannot be asked',
    check,
    { kind: 'unreachable', reason: 'timed out' },
    { kind: 'could-not-ask', reason: 'timed out' },
  ],
])('%s', (_words, one, answer, attempt) => expect(kubernetes.judge(one, answer)).toMatchObject(attempt));

it('takes only the name of a workload that says more, such as its container', () => {
  const withMore = { ...web, container: 'app' };
  const { workload } = kubernetes.accept(declared, [withMore]);
  expect(workload).toEqual(web);
});
