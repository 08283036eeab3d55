import { aBaseline, aDeployment, aService, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change, Deployment } from '../../../deployment/deployment.ts';
import type { Service } from '../../../service/service.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { Fact, NeedAnswer, SeenOf } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aWorkloadFact, lostButKept, plannedFrom } from '../planned-harness.ts';

const place = { cluster: 'main', namespace: 'shop' };
const stable = { kind: 'Deployment' as const, name: 'web-stable' };
const other = { kind: 'Deployment' as const, name: 'web-canary' };
const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const declared = {
  route: { kind: 'HTTPRoute', name: 'web' },
  stable: { destination: 'web-stable', workload: stable },
  canary: { destination: 'web-canary', workload: other },
};
const service = aService({ strategy: 'canary', workloads: [stable, other], rollback: { canary: declared } });
const target = aBaseline({
  strategy: 'canary',
  changes: [
    { kind: 'workload', target: stable, before: null, after: v1 },
    { kind: 'workload', target: other, before: null, after: v1 },
  ],
});
const changes: Change[] = [
  { kind: 'workload', target: stable, before: v1, after: v1 },
  { kind: 'workload', target: other, before: v1, after: v2 },
];
const deployment = aDeployment({ strategy: 'canary', changes });
const promoted = aDeployment({
  strategy: 'canary',
  changes: changes.map((change) => ({ ...change, after: v2 }) as Change),
});
const split = { 'web-stable': 80, 'web-canary': 20 };
const seen: SeenOf<'route'> = {
  ...{ uid: 'u', weights: split, accepted: true, ready: { 'web-stable': 3, 'web-canary': 1 } },
};
const testers = {
  ...{ to: 'web-canary', rule: 'testers', goesWithWeights: false },
  how: 'rule testers sends what matches header x-canary to web-canary',
};

interface Given {
  target?: Deployment;
  route?: NeedAnswer<'route'>;
  workloads?: Fact[];
  deployment?: Deployment;
  service?: Service;
}
const looked = (over: Partial<SeenOf<'route'>>): NeedAnswer<'route'> => {
  return { kind: 'seen', seen: { ...seen, ...over } };
};
const running = (image: typeof v1, over: object = {}) => [
  aWorkloadFact({ ...place, ...stable }, { snapshot: image, ...over }, v1),
  aWorkloadFact({ ...place, ...other }, { snapshot: v2, desiredReplicas: 1 }),
];

function plan({ route = looked({}), workloads = running(v1), ...over }: Given = {}) {
  const ask = { route: { ...place, kind: 'HTTPRoute', name: 'web' }, rule: null };
  const known = { canary: [{ kind: 'route', ask, answer: route } as Fact, ...workloads] };
  const frame = { service, deployment, target, ...over };
  return plannedFrom(composePlan, frame, known, new Set(stepContracts.map(({ kind }) => kind)));
}

const takenOut =
  'Take the canary out of HTTPRoute web: web-canary from 20 of 100 to 0, everything to web-stable';
const proof = 'Wait until every replica of Deployment web-stable serves v1 (release 1)';

describe('a canary', () => {
  it('loses its share at once, and is said to run on', () => {
    expect(neededFacts({ service, deployment, target }).canary?.map(({ kind }) => kind)).toEqual([
      ...['route', 'workload', 'workload'],
    ]);
    const { titles, steps, warnings } = plan();
    expect(titles).toEqual([takenOut, proof, expect.stringContaining('Verify')]);
    expect(steps[0]).toMatchObject({ from: split, weights: { 'web-stable': 100, 'web-canary': 0 } });
    expect(warnings).toContain(
      'Deployment web-canary (the canary) keeps its 1 pod of v2 (release 2) running, without traffic.',
    );
  });

  it('is led away from, and nothing else that the release changed: that is said to run on', () => {
    const worker = { kind: 'Deployment' as const, name: 'worker' };
    const more: Change[] = [...changes, { kind: 'workload', target: worker, before: v1, after: v2 }];
    const { sentence, warnings } = plan({ deployment: { ...deployment, changes: more } });
    expect(sentence).toBe(
      'Goes back: the traffic of HTTPRoute web. Stays: Deployment web-canary (it runs on, and traffic is led away from it) and Deployment worker (it goes on running v2: no step changes it); rows written since.',
    );
    expect(warnings).toContain(
      'Deployment worker goes on running v2: no step changes it. Take it back by hand where it must go back, too.',
    );
    expect(warnings.join()).not.toMatch(/web-canary goes on/);
    const toIt = aBaseline({
      ...target,
      changes: [...target.changes, { ...more[2], before: null }] as Change[],
    });
    expect(plan({ deployment: { ...deployment, changes: more }, target: toIt }).sentence).not.toMatch(
      /worker/,
    );
  });

  it.each<[string, object, Partial<SeenOf<'route'>>, number, RegExp, RegExp | null]>([
    [
      'but that of testers where a declared rule leads there',
      { previewRules: ['testers', 'others'] },
      { bypasses: [testers] },
      1,
      /traffic is led away from it, but that of rule testers\)/,
      /keeps its 1 pod of v2 \(release 2\) running, without traffic but that of rule testers\.$/,
    ],
    [
      'where a rule is declared and leads nowhere',
      { previewRules: ['testers'] },
      {},
      2,
      /it runs on, and traffic is led away from it\)/,
      /keeps its 2 pods of v2 \(release 2\) running, without traffic\.$/,
    ],
    ['where it has no pods', {}, {}, 0, /web-canary \(it has no pods, and no traffic is led to it\)/, null],
  ])('is left without traffic, %s', (_what, more, over, desiredReplicas, stays, warned) => {
    const [fact] = running(v1);
    const workloads = [
      ...(fact ? [fact] : []),
      aWorkloadFact({ ...place, ...other }, { snapshot: v2, desiredReplicas }),
    ];
    const kept = aService({ ...service, rollback: { canary: { ...declared, ...more } } });
    const { sentence, warnings } = plan({ route: looked(over), service: kept, workloads });
    expect(sentence).toMatch(stays);
    expect(warnings.filter((one) => one.includes('(the canary)'))).toEqual(
      warned ? [expect.stringMatching(warned)] : [],
    );
  });

  it('that was promoted loses its share, and stable gets its template back after that', () => {
    expect(plan({ workloads: running(v2), deployment: promoted }).titles).toEqual([
      ...[takenOut, expect.stringContaining('Dry run'), expect.stringContaining('Set Deployment web-stable')],
      ...[proof, expect.stringContaining('Verify')],
    ]);
  });

  it('that was promoted gets the image of stable copied back where the registry has lost it', () => {
    const [fact, ...rest] = running(v2);
    if (fact?.answer.kind !== 'seen') throw new Error('stable was not seen');
    const answer = { ...fact.answer, seen: { ...fact.answer.seen, registry: lostButKept(v1) } };
    const { steps, warnings } = plan({ workloads: [{ ...fact, answer }, ...rest], deployment: promoted });
    expect(steps.map(({ kind }) => kind).slice(0, 3)).toEqual([
      ...['set-weight', 'restore-image', 'rehearse-template'],
    ]);
    expect(warnings.join()).toMatch(/no longer has .* copied back first/);
  });

  it('that has no share any more is found so', () => {
    const route = looked({ weights: { 'web-stable': 100, 'web-canary': 0 } });
    const { titles, sentence } = plan({ route });
    expect(titles[0]).toBe('HTTPRoute web splits its traffic so already');
    expect(sentence).toMatch(/^Goes back: nothing\./);
  });

  it('that was promoted and is set back by hand already has no code that goes back', () => {
    const { sentence } = plan({ workloads: running(v1), deployment: promoted });
    expect(sentence).toMatch(/^Goes back: the traffic of HTTPRoute web\./);
    expect(plan({ workloads: running(v2), deployment: promoted }).sentence).toMatch(
      /^Goes back: the code of Deployment web-stable and the traffic of HTTPRoute web\./,
    );
  });

  it('that was promoted and set back, while stable still has other pods, has code that goes back', () => {
    const workloads = running(v1, { progress: { complete: false, old: 2, readyDigests: {} } });
    expect(plan({ workloads, deployment: promoted }).sentence).toMatch(
      /^Goes back: the code of Deployment web-stable and the traffic of HTTPRoute web\./,
    );
  });

  it('keeps the scale of the route, and says who else loses a share', () => {
    const weights = { 'web-stable': 3, 'web-canary': 1, 'web-old': 1 };
    const { steps, warnings } = plan({ route: looked({ weights }) });
    expect(steps[0]).toMatchObject({ weights: { 'web-stable': 5, 'web-canary': 0, 'web-old': 0 } });
    expect(warnings.join()).toMatch(/also leads to web-old/);
  });

  it('keeps what its team declared as a preview', () => {
    const kept = aService({
      ...service,
      rollback: { canary: { ...declared, previewRules: ['testers'] } },
    });
    const { steps } = plan({ route: looked({ bypasses: [testers] }), service: kept });
    expect(steps[0]).toMatchObject({ except: ['testers'] });
  });

  it('loses what goes with the weights, and the plan says so', () => {
    const header = {
      ...testers,
      rule: null,
      how: 'sends who has header x to web-canary',
      goesWithWeights: true,
    };
    expect(plan({ route: looked({ bypasses: [header] }) }).warnings.join()).toMatch(
      /also sends who has header x to web-canary: that is taken away with the weight/,
    );
  });
});

describe('the way back of a canary is refused', () => {
  const unowned = { paused: true };
  it.each<[string, Given, string]>([
    ['where a rule leads past the weights', { route: looked({ bypasses: [testers] }) }, 'past-the-weights'],
    [
      'where stable has no ready endpoint',
      { route: looked({ ready: { 'web-canary': 1 } }) },
      'traffic-refused',
    ],
    [
      'where the route does not name stable',
      { route: looked({ weights: { 'web-canary': 100 } }) },
      'no-destination',
    ],
    ['where the route is not there', { route: { kind: 'not-found', reason: 'gone' } }, 'traffic-object-gone'],
    ['where nothing is declared', { service: aService({ ...service, rollback: {} }) }, 'not-declared'],
    [
      'where stable was promoted and cannot be set',
      { workloads: running(v2, unowned), deployment: promoted },
      'workload-paused',
    ],
    [
      'where a controller is in charge of the route',
      {
        route: looked({
          owner: { kind: 'delivery-controller', name: 'Flagger', evidence: 'owned by Canary web' },
        } as Partial<SeenOf<'route'>>),
      },
      'owned-by-controller',
    ],
  ])('%s', (_when, given, code) => expect(plan(given).refused).toEqual([code]));

  it('to a release that was only a canary itself: stable serves an older one', () => {
    const trial = (over: Partial<Deployment>) => plan({ target: aBaseline({ ...target, ...over }) }).refused;
    const older = aSnapshot(imageOf('v0'));
    expect(
      trial({
        changes: [
          { kind: 'workload', target: stable, before: older, after: older },
          { kind: 'workload', target: other, before: older, after: v1 },
        ],
      }),
    ).toContain('target-was-canary');
    const share: Change = {
      ...{ kind: 'traffic', target: { kind: 'HTTPRoute', name: 'web' } },
      ...{ before: { 'web-stable': 100, 'web-canary': 0 }, after: { 'web-stable': 80, 'web-canary': 20 } },
    };
    expect(trial({ changes: [...target.changes, share] })).toEqual(['target-was-canary']);
    const byNow: Change[] = [{ kind: 'workload', target: stable, before: older, after: v1 }, share];
    expect(trial({ changes: byNow })).toEqual([]);
    const out = { ...share, before: share.after, after: share.before } as Change;
    expect(trial({ changes: [...target.changes, out] })).toEqual([]);
  });

  it('naming the rule, what it matches and where it leads', () =>
    expect(plan({ route: looked({ bypasses: [testers] }) }).refusals[0]).toMatchObject({
      reason:
        'HTTPRoute web: rule testers sends what matches header x-canary to web-canary, whatever the weights say.',
      advice: expect.stringContaining('previewRules'),
    }));
});

it('sets weights back that a deployment of another strategy registered, and refuses where the former are unknown', () => {
  const change: Change = {
    ...{ kind: 'traffic', target: { kind: 'HTTPRoute', name: 'web' } },
    ...{ before: { a: 1, b: 0 }, after: { a: 0, b: 1 } },
  };
  const back = (one: Change) => {
    const frame = { service: aService(), deployment: aDeployment({ changes: [one] }), target: aBaseline() };
    const [need] = neededFacts(frame).canary ?? [];
    const answer = looked({ weights: { a: 0, b: 1 }, ready: { a: 1 } });
    const known = { canary: need ? [{ ...need, answer } as Fact] : [] };
    return plannedFrom(composePlan, frame, known, new Set(stepContracts.map(({ kind }) => kind)));
  };
  expect(back(change).steps[0]).toMatchObject({ kind: 'set-weight', weights: { a: 1, b: 0 } });
  expect(back({ ...change, before: null }).refused).toContain('target-unknown');
});

describe('weights that were registered beside the declared rule', () => {
  const registered = (name: string, rule?: string): Change => ({
    ...{ kind: 'traffic', target: { kind: 'HTTPRoute', name, ...(rule ? { rule } : {}) } },
    ...{ before: { a: 1, b: 0 }, after: { a: 0, b: 1 } },
  });
  const named = aService({
    ...service,
    rollback: { canary: { ...declared, route: { ...declared.route, rule: 'checkout' } } },
  });
  const asked = (change: Change, of = named) =>
    neededFacts({ service: of, deployment: { ...deployment, changes: [...changes, change] }, target })
      .canary?.filter(({ kind }) => kind === 'route')
      .map(({ ask }) => ('rule' in ask ? ask.rule : undefined));

  it('of another rule of the same route are set back too, of the same one once', () => {
    expect(asked(registered('web', 'cart'))).toEqual(['checkout', 'cart']);
    expect(asked(registered('web', 'checkout'))).toEqual(['checkout']);
    expect(asked(registered('web'))).toEqual(['checkout']);
    expect(asked(registered('web', 'checkout'), service)).toEqual([null]);
  });

  it.each([
    ['of another route', registered('other'), ['target-unknown']],
    ['of the declared rule', registered('web'), []],
  ])('are refused or need none where the former are unknown: %s', (_which, change, codes) => {
    const changed = { ...deployment, changes: [...changes, { ...change, before: null } as Change] };
    expect(plan({ deployment: changed }).refused).toEqual(codes);
  });
});

it('compares stable with the canary first where something tells their errors apart', () => {
  const errors = { query: 'errors{w="$WORKLOAD"}', atMost: 0.05 };
  const measured = aService({ ...service, rollback: { canary: { ...declared, errors } } });
  expect(plan({ service: measured }).steps.slice(0, 2)).toMatchObject([
    {
      ...{ kind: 'compare-copies', errors: { ...errors, unit: 'ratio' } },
      to: { name: 'web-stable', variables: { WORKLOAD: 'web-stable' } },
      other: { name: 'web-canary', variables: { WORKLOAD: 'web-canary' } },
    },
    { kind: 'set-weight' },
  ]);
});
