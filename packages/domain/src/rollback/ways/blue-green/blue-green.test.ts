import { aBaseline, aDeployment, aService, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change, Deployment } from '../../../deployment/deployment.ts';
import type { PassedRelease } from '../../../deployment/jump.ts';
import type { WorkloadObservation } from '../../../workload/observation.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { Fact, NeedAnswer, SeenOf } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aPassedRelease, aWorkloadFact, plannedFrom } from '../planned-harness.ts';

const place = { cluster: 'main', namespace: 'shop' };
const [blue, green] = (['web-blue', 'web-green'] as const).map((name) => ({
  kind: 'Deployment' as const,
  name,
}));
if (!blue || !green) throw new Error('two slots');
const [v1, v2, idle] = ['v1', 'v2', 'v0'].map((version) => aSnapshot(imageOf(version)));
if (!v1 || !v2 || !idle) throw new Error('three versions');

const declared = { service: { name: 'web', key: 'slot' }, slots: { blue, green } };
const service = aService({
  strategy: 'blue-green',
  workloads: [blue, green],
  rollback: { 'blue-green': declared },
});
/** Release 1 serves from blue; release 2 was put into green. */
const target = aBaseline({
  strategy: 'blue-green',
  changes: [
    { kind: 'workload', target: blue, before: null, after: v1 },
    { kind: 'workload', target: green, before: null, after: idle },
  ],
});
const changes: Change[] = [
  { kind: 'workload', target: blue, before: v1, after: v1 },
  { kind: 'workload', target: green, before: idle, after: v2 },
];
const deployment = aDeployment({ strategy: 'blue-green', changes });
const switched: Change = {
  kind: 'traffic',
  target: { kind: 'Service', name: 'web', key: 'slot' },
  before: 'blue',
  after: 'green',
};

const selecting = (over: Partial<SeenOf<'selector'>> = {}): NeedAnswer<'selector'> => ({
  kind: 'seen',
  seen: {
    ...{ uid: 'u', value: 'green', readyPods: { blue: 3, green: 3 }, endpoints: { green: 3 } },
    ...over,
  },
});
const behind = (over: { blue?: Partial<WorkloadObservation>; green?: Partial<WorkloadObservation> } = {}) => [
  aWorkloadFact({ ...place, ...blue }, { snapshot: v1, ...over.blue }),
  aWorkloadFact({ ...place, ...green }, { snapshot: v2, ...over.green }),
];

function observedIn(fact: Fact | undefined): WorkloadObservation {
  if (fact?.kind !== 'workload' || fact.answer.kind !== 'seen') throw new Error('no workload was seen');
  return fact.answer.seen.observation;
}

interface Given {
  answer?: NeedAnswer<'selector'>;
  workloads?: Fact[];
  deployment?: Deployment;
  target?: Deployment;
  service?: typeof service;
  between?: PassedRelease[];
}

function plan({ answer = selecting(), workloads = behind(), ...over }: Given = {}) {
  const frame = { service, deployment, target, ...over };
  const ask = { service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' };
  const known = { 'blue-green': [{ kind: 'selector', ask, answer } as Fact, ...workloads] };
  return plannedFrom(composePlan, frame, known, new Set(stepContracts.map(({ kind }) => kind)));
}

const proof = 'See every replica of Deployment web-blue serve v1 (release 1)';

describe('a switch back to the slot of the target', () => {
  it('is planned from what is declared and seen where nothing was registered', () => {
    expect(neededFacts({ service, deployment, target })['blue-green']?.map(({ kind }) => kind)).toEqual([
      ...['selector', 'workload', 'workload'],
    ]);
    expect(plan()).toMatchObject({
      titles: [
        'Switch Service web from green back to blue, which holds v1 (release 1)',
        proof,
        expect.stringContaining('Verify'),
      ],
      warnings: [
        expect.stringContaining('presumed good'),
        expect.stringContaining('it is surmised'),
        'Deployment web-green (slot green) keeps its 3 pods of v2 (release 2) running, without traffic.',
      ],
      steps: [{ kind: 'switch-selector', from: 'green', to: 'blue', minReady: 3, uid: 'u' }, {}, {}],
    });
  });

  it('surmises nothing where the switch was registered', () => {
    const told = plan({ deployment: { ...deployment, changes: [...changes, switched] } });
    expect(told.titles[0]).toMatch(/from green back to blue/);
    expect(told.warnings.join()).not.toMatch(/surmised/);
    // Past one that was taken back: whence that had switched.
    const later = { ...deployment, previousDeploymentId: 'd9' };
    const between = [aPassedRelease(2, 'd9', switched)];
    expect(plan({ deployment: later }).warnings.join()).toMatch(/surmised/);
    expect(plan({ deployment: later, between }).warnings.join()).not.toMatch(/surmised/);
  });

  it('finds nothing to switch where the release never got the traffic', () => {
    const answer = selecting({ value: 'blue', endpoints: { blue: 3 } });
    const { titles, sentence } = plan({ answer });
    expect(titles).toEqual(['Service web selects blue already', proof, expect.anything()]);
    expect(sentence).toBe(
      'Goes back: nothing. Stays: Deployment web-green (it runs on, and traffic is led away from it); rows written since.',
    );
  });

  it('says that code goes back where the target was put into the slot again, and its pods are not there yet', () => {
    const overwritten = { ...deployment, changes: [{ ...changes[0], after: v2 }] as Change[] };
    const answer = selecting({ value: 'blue', endpoints: { blue: 3 } });
    const { progress } = observedIn(behind()[0]);
    const midst = behind({ blue: { progress: { ...progress, complete: false, updated: 1, old: 2 } } });
    const fromBlue = {
      ...target,
      changes: [...target.changes, { ...switched, before: 'green', after: 'blue' }],
    };
    const seen = { answer, deployment: overwritten, target: fromBlue };
    expect(plan({ ...seen, workloads: midst }).sentence).toMatch(
      /^Goes back: the code of Deployment web-blue\./,
    );
    expect(plan(seen).sentence).toMatch(/^Goes back: nothing\./);
  });

  it('says nothing of pods that the other slot has not got', () => {
    const { sentence, warnings } = plan({ workloads: behind({ green: { desiredReplicas: 0 } }) });
    expect(sentence).toMatch(/web-green \(it has no pods, and no traffic is led to it\)/);
    expect(warnings.join()).not.toMatch(/slot green/);
  });

  it('brings the slot up first where it was scaled down, or is not ready yet', () => {
    const workloads = behind({ blue: { desiredReplicas: 0 } });
    const scaled = plan({ answer: selecting({ readyPods: { green: 3 } }), workloads });
    expect(scaled.titles[0]).toBe(
      'Scale Deployment web-blue from 0 to 3, and wait until 3 of its pods are ready',
    );
    expect(scaled.steps[0]).toMatchObject({ kind: 'ensure-replicas', from: 0, replicas: 3 });
    const starting = plan({ answer: selecting({ readyPods: { blue: 1, green: 3 } }) });
    expect(starting.titles[0]).toBe('Wait until 3 of its pods are ready: Deployment web-blue');
  });

  it('needs as many pods as are declared to be enough', () => {
    const enough = aService({ ...service, rollback: { 'blue-green': { ...declared, minReady: 2 } } });
    const workloads = behind({ blue: { desiredReplicas: 2 } });
    const answer = selecting({ readyPods: { blue: 2, green: 3 } });
    expect(plan({ service: enough, workloads, answer }).steps[0]).toMatchObject({ minReady: 2 });
  });
});

describe('a slot that something scales', () => {
  const scaledBlue = (most: number | null, desiredReplicas = 0) => {
    const [old, ...others] = behind({ blue: { desiredReplicas } });
    if (old?.kind !== 'workload' || old.answer.kind !== 'seen') throw new Error('blue');
    const scaler = { kind: 'HorizontalPodAutoscaler' as const, name: 'web', most };
    const { seen } = old.answer;
    return [{ ...old, answer: { kind: 'seen' as const, seen: { ...seen, scaler } } }, ...others];
  };
  const answer = selecting({ readyPods: { green: 3 } });

  it('is not brought up to more than that makes: it would be waited for in vain', () => {
    const { refusals } = plan({ answer, workloads: scaledBlue(2) });
    expect(refusals).toMatchObject([
      {
        code: 'not-enough-pods',
        reason:
          'Deployment web-blue is scaled by HorizontalPodAutoscaler web (up to 2 pods), and 3 pods are needed to carry the traffic: it would scale them back.',
        advice: expect.stringContaining('Let web make 3 pods'),
      },
    ]);
  });

  it.each([3, null])('is brought up to what that may make (%s), with a word about it', (most) => {
    const { steps, warnings } = plan({ answer, workloads: scaledBlue(most) });
    expect(steps[0]).toMatchObject({ kind: 'ensure-replicas', replicas: 3 });
    expect(warnings.join()).toMatch(/HorizontalPodAutoscaler web.*may scale it down again/);
  });

  it('is no matter where it has its pods already', () => {
    const { refused, warnings } = plan({ workloads: scaledBlue(2, 3) });
    expect([refused, warnings.join().includes('Autoscaler')]).toEqual([[], false]);
  });
});

describe('a switch back is refused', () => {
  const codes = (given: Given) => plan(given).refused;
  it.each<[string, Given, string]>([
    [
      'where the slot holds another version',
      { workloads: behind({ blue: { snapshot: v2 } }) },
      'slot-overwritten',
    ],
    [
      'where nobody recorded what it held',
      { target: aBaseline({ id: 'd0', strategy: 'blue-green', changes: [] }) },
      'target-unknown',
    ],
    ['where the Service mixes all slots', { answer: selecting({ value: null }) }, 'no-slot'],
    ['where the traffic goes to no slot that is known', { answer: selecting({ value: 'red' }) }, 'no-slot'],
    [
      'where the Service is not there',
      { answer: { kind: 'not-found', reason: 'gone' } },
      'traffic-object-gone',
    ],
    [
      'where nothing is declared',
      { service: aService({ ...service, rollback: {} }), workloads: [] },
      'not-declared',
    ],
    [
      'where Git would lead the traffic back',
      {
        answer: {
          kind: 'seen',
          seen: {
            ...{ uid: 'u', value: 'green', readyPods: { blue: 3 }, endpoints: {} },
            owner: { kind: 'git-controller', name: 'Argo CD', evidence: 'label' },
          },
        },
      },
      'owned-by-controller',
    ],
    [
      'where the slot would be scaled back by whoever owns it',
      {
        workloads: behind({
          blue: { desiredReplicas: 0, owner: { kind: 'git-controller', name: 'Flux', evidence: 'label' } },
        }),
      },
      'owned-by-controller',
    ],
    [
      'where the cluster does not answer',
      { answer: { kind: 'unreachable', reason: 'no route' } },
      'source-unreachable',
    ],
    [
      'where somebody switched to a third slot since',
      {
        answer: selecting({ value: 'red' }),
        deployment: { ...deployment, changes: [...changes, switched] },
      },
      'traffic-refused',
    ],
  ])('%s', (_when, given, code) => expect(codes(given)).toEqual([code]));

  it('where the target served from the very slot that was overwritten', () => {
    const recorded: Change[] = [
      { kind: 'workload', target: blue, before: v1, after: v1 },
      { kind: 'workload', target: green, before: idle, after: aSnapshot(imageOf('v0.9')) },
    ];
    const older = aBaseline({ strategy: 'blue-green', changes: recorded });
    expect(codes({ target: older })).toEqual(['slot-overwritten']);
  });
});

it('takes back a switch that was registered with a deployment of another strategy', () => {
  const rolling = aDeployment({ changes: [switched] });
  const frame = { service: aService(), deployment: rolling, target: aBaseline() };
  expect(neededFacts(frame)['blue-green']).toEqual([
    { kind: 'selector', ask: { service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' } },
  ]);
});

describe('several switches of one release', () => {
  /** The plan where every object answers as it should before the switch. */
  function planned(changes: Change[], over: { service?: typeof service; target?: Deployment } = {}) {
    const frame = { service, target, ...over, deployment: aDeployment({ strategy: 'blue-green', changes }) };
    const answered = (neededFacts(frame)['blue-green'] ?? []).flatMap((need): Fact[] => {
      if (need.kind === 'selector') return [{ ...need, answer: selecting() }];
      const seen: SeenOf<'route'> = {
        ...{ uid: 'u', weights: { blue: 0, green: 100 }, accepted: true, ready: { blue: 3, green: 3 } },
      };
      return need.kind === 'route' ? [{ ...need, answer: { kind: 'seen', seen } }] : [];
    });
    const known = { 'blue-green': [...answered, ...behind()] };
    return plannedFrom(composePlan, frame, known, new Set(stepContracts.map(({ kind }) => kind)));
  }
  const route = { kind: 'HTTPRoute', name: 'web' };
  const weights = (rule?: string): Change => ({
    ...{ kind: 'traffic', target: { ...route, ...(rule ? { rule } : {}) } },
    ...{ before: { blue: 100, green: 0 }, after: { blue: 0, green: 100 } },
  });

  it('are all taken back where they differ in the namespace alone, and are told apart', () => {
    const elsewhere = { ...switched, target: { ...switched.target, namespace: 'other' } } as Change;
    expect(planned([...changes, switched, elsewhere]).titles).toEqual([
      'Switch Service web from green back to blue, which holds v1 (release 1)',
      'Switch Service other/web from green back to blue, which holds v1 (release 1)',
      proof,
      expect.stringContaining('Verify'),
    ]);
  });

  it('are all taken back where they differ in the rule alone, the declared one too', () => {
    const declaring = aService({
      ...service,
      rollback: { 'blue-green': { route: { ...route, rule: 'cart' }, slots: { blue, green } } },
    });
    const { steps, titles } = planned([...changes, weights('checkout')], { service: declaring });
    expect(steps.slice(0, 2)).toMatchObject([{ rule: 'checkout' }, { rule: 'cart' }]);
    expect(titles[0]).toMatch(/^Lead all traffic of HTTPRoute web \(rule checkout\) from green back to blue/);
    expect(planned([...changes, weights()], { service: declaring }).steps.map(({ kind }) => kind)).toEqual([
      ...['set-weight', 'wait-until-stable', 'verify'],
    ]);
  });
});

it('compares the slots first where something tells their errors apart', () => {
  const errors = { query: 'errors{w="$WORKLOAD"}', atMost: 0.05 };
  const measured = aService({ ...service, rollback: { 'blue-green': { ...declared, errors } } });
  expect(plan({ service: measured }).steps.slice(0, 2)).toMatchObject([
    {
      ...{ kind: 'compare-copies', errors: { ...errors, unit: 'ratio' } },
      to: { name: 'blue', variables: { WORKLOAD: 'web-blue' }, workload: { ...place, ...blue } },
      other: { name: 'green', variables: { WORKLOAD: 'web-green' } },
    },
    { kind: 'switch-selector' },
  ]);
});
