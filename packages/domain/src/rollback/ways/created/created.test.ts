import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../deployment/deployment.ts';
import type { ListedObject, ObjectsBefore, UnreadKind } from '../../../workload/cluster-object.ts';
import type { Owner } from '../../../workload/observation.ts';
import type { PodTemplate, WorkloadRef } from '../../../workload/workload.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Step } from '../../step.ts';
import { created } from './created.ts';

const own = { app: 'web' };
const template = (container: object = {}): PodTemplate => ({
  metadata: { labels: own },
  spec: { containers: [{ name: 'app', image: imageOf('v1'), ...container }] },
});
const change = (to: PodTemplate) => ({
  ...{ kind: 'workload' as const, target: { kind: 'Deployment' as const, name: 'web' }, before: null },
  after: aSnapshot(imageOf('v1'), { template: to }),
});
const job: ListedObject = {
  ...{ kind: 'CronJob', name: 'backfill', uid: 'u1', createdAt: dayZero + 5_000, labels: own },
  ...{ belongs: false, beingDeleted: false, owner: { kind: 'nobody' }, usedBy: [], lacks: null },
};
const known: ObjectsBefore = {
  kind: 'known',
  objects: [{ kind: 'CronJob', name: 'nightly', uid: 'u0' }],
  unread: ['Ingress'],
};

interface Given {
  object?: Partial<ListedObject>;
  before?: ObjectsBefore | null;
  removing?: string[];
  to?: PodTemplate;
  declared?: WorkloadRef[];
  unread?: UnreadKind[];
  rollback?: Record<string, unknown>;
  origin?: Deployment['origin'];
  /** Of the whole plan. */
  steps?: Step[];
}

function planned({
  object,
  before = known,
  removing,
  to = template(),
  declared = [],
  unread = [],
  rollback = {},
  origin = 'pipeline',
  steps = [],
}: Given) {
  const changes = [change(template())];
  const deployment: Deployment = aDeployment({ objectsBefore: before, changes, origin });
  const rolled = {
    service: aService({ rollback }),
    deployment,
    target: aBaseline({ changes: [change(to)] }),
    removing,
  };
  if (created.takesBack({ ...rolled, declared: null }) === null) return null;
  const context = { ...rolled, declared: null, changes: [], handedOver: [] };
  const seen = { objects: [{ ...job, ...object }], unread, declared };
  const facts = created
    .needs(context)
    .map((need): AnsweredFact<'objects'> => ({ ...need, answer: { kind: 'seen', seen } }));
  const result = created.plan(context, facts);
  if (result.kind === 'refused') return result;
  const { warnings, warningsOfPlan, createdOfPlan } = result;
  return {
    ...{ ...result, ...createdOfPlan?.(steps) },
    warnings: [...warnings, ...(warningsOfPlan?.(steps) ?? [])],
  };
}

function listed(given: Given) {
  const result = planned(given);
  return result?.kind === 'steps' ? result.createdObjects : undefined;
}
const offered = (given: Given) => listed(given)?.map(({ refusal }) => refusal);

describe('what only the release created', () => {
  it('is listed in words, and nothing is removed that nobody chose', () => {
    expect(planned({})).toMatchObject({
      ...{ kind: 'steps', steps: [], warnings: [] },
      createdObjects: [
        {
          ...{ kind: 'CronJob', name: 'backfill', uid: 'u1', refusal: null },
          words:
            'v2 (release 2) created CronJob backfill: it stays and goes on running unless you remove it.',
        },
      ],
      stays: [{ what: 'CronJob backfill', why: 'the release created it' }],
    });
  });

  it('is removed by its uid where it is chosen, after the code', () => {
    expect(planned({ removing: ['CronJob/backfill'] })).toMatchObject({
      steps: [
        { phase: 'removal', step: { kind: 'remove-object', object: { namespace: 'shop' }, uid: 'u1' } },
      ],
      stays: [],
    });
  });

  it.each<[string, Partial<ListedObject>]>([
    ['was there before', { uid: 'u0' }],
    ['was there before and only got the label', { createdAt: dayZero - 120_000 }],
    ['does not tell since when', { createdAt: null }],
    ['is deleted with its owner', { belongs: true }],
    ['is being deleted', { beingDeleted: true }],
    ['bears no label of the service', { labels: { team: 'shop' } }],
    ['bears a label of another service', { labels: { app: 'cart' } }],
    ['could not be listed before', { kind: 'Ingress' }],
    ['holds data', { kind: 'PersistentVolumeClaim' as 'Job' }],
  ])('not what %s', (_which, object) => {
    expect(offered({ object })).toEqual([]);
  });

  it('not a workload that any service declares', () => {
    const declared: WorkloadRef[] = [{ kind: 'Deployment', name: 'backfill' }];
    expect(offered({ object: { kind: 'Deployment' }, declared })).toEqual([]);
    expect(offered({ object: { kind: 'StatefulSet' }, declared })).toEqual([null]);
  });

  it.each<[Owner, string, string]>([
    [
      { kind: 'git-controller', name: 'Argo CD', subject: 'application shop', evidence: 'x' },
      'Argo CD (application shop)',
      'remove it there',
    ],
    [{ kind: 'package-manager', name: 'Helm', evidence: 'x' }, 'Helm', 'remove it there'],
    [{ kind: 'unknown-controller', name: 'Shop web', evidence: 'x' }, 'Shop web', 'remove it there'],
  ])('of %o is taken away there: %s, %s', (owner, by, how) => {
    expect(offered({ object: { owner } })).toEqual([`${by} owns it: ${how}.`]);
  });

  it('of a Git controller may go with the commits, where such go back: nobody says that it stays', () => {
    const owner: Owner = { kind: 'git-controller', name: 'Flux', evidence: 'x' };
    const revert: Step = {
      ...{ kind: 'ensure-commit-reverted', repository: 'deploy', branch: 'main', commit: 'abc' },
    };
    const told = (steps: Step[]) => listed({ object: { owner }, steps })?.map(({ words }) => words);
    const about = 'v2 (release 2) created CronJob backfill. Flux owns it: ';
    expect(told([])).toEqual([`${about}remove it there.`]);
    expect(told([revert])).toEqual([
      `${about}it goes back with the commits if it prunes; else remove it there.`,
    ]);
  });

  it('applied by hand can be removed, and may be applied again', () => {
    const owner: Owner = { kind: 'manual-apply', name: 'kubectl apply', evidence: 'annotation x' };
    const [one] = listed({ object: { owner } }) ?? [];
    expect(one).toMatchObject({
      refusal: null,
      words: expect.stringContaining('kubectl apply may bring it again'),
    });
  });

  it.each<[string, Given]>([
    [
      'What the rollback returns to names it',
      { object: { kind: 'ConfigMap' }, to: template({ envFrom: [{ configMapRef: { name: 'backfill' } }] }) },
    ],
    [
      'What the rollback returns to names it',
      { object: { kind: 'Service' }, to: template({ env: [{ name: 'A', value: 'http://backfill:80' }] }) },
    ],
    [
      'The service declares it',
      { object: { kind: 'HTTPRoute' }, rollback: { canary: { route: 'backfill' } } },
    ],
    ['Deployment cart uses it', { object: { usedBy: ['Deployment cart'] } }],
    ['no right', { object: { lacks: '{ verbs: ["delete"] }' } }],
    [
      'part-of',
      {
        object: { labels: { 'app.kubernetes.io/part-of': 'shop' } },
        to: { metadata: { labels: { 'app.kubernetes.io/part-of': 'shop' } } },
      },
    ],
  ])('is not offered: %s', (why, given) => {
    expect(offered(given)).toEqual([expect.stringContaining(why)]);
    const named = `${given.object?.kind ?? 'CronJob'}/backfill`;
    expect(planned({ ...given, removing: [named] })).toMatchObject({
      ...{ kind: 'steps', steps: [] },
      warnings: [expect.stringContaining(`${named} is not removed: `)],
    });
  });

  it('of another name as host is no other service', () => {
    const to = template({ env: [{ name: 'A', value: 'http://backfill-old' }] });
    expect(offered({ object: { kind: 'Service' }, to })).toEqual([null]);
  });
});

describe('a name that is not offered', () => {
  it('is a warning where only the cluster tells, so that no rollback fails for it', () => {
    expect(planned({ removing: ['Job/gone'] })).toMatchObject({
      ...{ kind: 'steps', steps: [] },
      warnings: ['Job/gone is not removed: it is not there, or the release did not create it.'],
    });
  });

  it.each<[string, ObjectsBefore | null, RegExp]>([
    ['PersistentVolumeClaim/data', known, /removes no PersistentVolumeClaim/],
    ['Secret/key', known, /removes no Secret/],
    ['backfill', known, /names no object/],
    ['Job/a/b', known, /names no object/],
    ['Ingress/web', known, /could not be read/],
    ['Job/a', null, /was not recorded/],
    ['Job/a', { kind: 'unknown', reason: 'no route' }, /no route/],
  ])('%s is refused where records tell', (name, before, reason) => {
    expect(planned({ before, removing: [name] })).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'removal-not-offered', reason: expect.stringMatching(reason) }],
    });
  });
});

it('a release of which nobody recorded what was there before has no part in it', () => {
  expect(planned({ before: null })).toBeNull();
  expect(planned({ before: { kind: 'unknown', reason: 'no route' } })).toBeNull();
});

it('what cannot be listed now and could before is said, once; a right that was never there is no news', () => {
  const unread: UnreadKind[] = [
    { kind: 'Job', reason: 'no route' },
    { kind: 'Ingress', reason: 'forbidden' },
  ];
  expect(planned({ unread })).toMatchObject({
    warnings: ['Whether the release created Jobs that stay is not known: no route.'],
  });
});

describe('of a release that was detected', () => {
  it.each<[ObjectsBefore | null, string]>([
    [null, 'it was not registered, and nobody looked at what was there before it'],
    [{ kind: 'unknown', reason: 'no route' }, 'no route'],
  ])('it is said that nobody can tell what it created: %j', (before, why) =>
    expect(planned({ before, origin: 'detected' })).toMatchObject({
      createdObjects: [],
      warnings: [`What v2 (release 2) created beside its workloads is not known, and stays: ${why}.`],
    }),
  );

  it('what it created is listed as any other, and from when on that can be told', () =>
    expect(planned({ before: { ...known, since: dayZero - 60_000 }, origin: 'detected' })).toMatchObject({
      createdObjects: [{ name: 'backfill', refusal: null }],
      warnings: [
        'v2 (release 2) was detected and not registered before it came: what it created before 11:59:00 UTC is not told from what was there, and stays.',
      ],
    }));
});
