import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  aTrigger,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { workloadChanges } from '../deployment/deployment.ts';
import { defaultPolicy } from '../service/service.ts';
import { comparison } from '../trigger/kinds/comparison/comparison.ts';
import type { MissingRight } from '../workload/missing-right.ts';
import type { WorkloadObservation } from '../workload/observation.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { composePlan } from './compose-plan.ts';
import { stepContracts } from './contracts/index.ts';
import type { Fact, NeedAnswer, WorkloadSeen } from './need.ts';
import { neededFacts, type RollbackFacts } from './needed-facts.ts';
import { nextOptions } from './next-options.ts';
import type { StepKind } from './step.ts';
import { rolling } from './ways/rolling/rolling.ts';

const [v1, v2, v3] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v3'))];

/** The same, as it is after somebody set its image by digest. */
const byDigest = ({ images, imageDigests }: WorkloadSnapshot) =>
  aSnapshot(`${images.app}@${imageDigests.app}`, { imageDigests });

const there: WorkloadObservation = {
  snapshot: v2,
  desiredReplicas: 3,
  paused: false,
  resumeHint: 'its own tool resumes it',
  beingDeleted: false,
  replacesPods: 'by-itself',
  owner: { kind: 'nobody' },
  progress: {
    complete: true,
    observed: true,
    desired: 3,
    updated: 3,
    available: 3,
    old: 0,
    sentence: '',
    warning: null,
    blocking: null,
    readyDigests: {},
  },
  serving: [],
};

/** A workload as it was found, with what it should get. */
const seen = (
  over: Partial<WorkloadObservation> = {},
  { to = v1, evidence = [], rehearsal = null, ...more }: Partial<Omit<WorkloadSeen, 'observation'>> = {},
): NeedAnswer<'workload'> => ({
  kind: 'seen',
  seen: { observation: { ...there, ...over }, to, evidence, rehearsal, ...more },
});

const workload = (answer: NeedAnswer<'workload'> = seen(), target = webWorkload): Fact => ({
  kind: 'workload',
  ask: {
    workload: target,
    to: answer.kind === 'seen' && answer.seen.to ? answer.seen.to : v1,
    uid: there.snapshot.uid,
  },
  answer,
});

const facts = (over: Partial<RollbackFacts> = {}): RollbackFacts => ({
  service: aService(),
  deployment: aDeployment(),
  target: aBaseline(),
  known: { rolling: [workload()] },
  stepDurations: { service: {}, environment: {} },
  at: Date.UTC(2026, 0, 5, 12),
  between: [],
  furtherBack: null,
  triggers: [],
  ...over,
});

const allKinds = new Set(stepContracts.map(({ kind }) => kind));

const planned = (over: Partial<RollbackFacts> = {}) => {
  const result = composePlan(facts(over), allKinds, [rolling]);
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
};

const refusals = (over: Partial<RollbackFacts>) => {
  const result = composePlan(facts(over), allKinds, [rolling]);
  return result.kind === 'refused' ? result.refusals : [];
};

const codes = (over: Partial<RollbackFacts>) => refusals(over).map(({ code }) => code);

const one = (...args: Parameters<typeof seen>): Partial<RollbackFacts> => ({
  known: { rolling: [workload(seen(...args))] },
});

const allowed = { ...defaultPolicy, releaseOnDelete: true };

describe('a rolling plan', () => {
  it('names the target, fenced by what is taken back', () => {
    const plan = planned();
    expect(plan.steps.map(({ step }) => step.kind)).toEqual([
      'rehearse-template',
      'set-template',
      'wait-until-stable',
      'verify',
    ]);
    expect(plan.steps[1]?.step).toMatchObject({
      uid: v1.uid,
      fromDigest: v2.templateDigest,
      templateDigest: v1.templateDigest,
      template: v1.template,
      imageDigests: v1.imageDigests,
    });
    expect(plan).toMatchObject({ from: { release: 2 }, target: { release: 1, proof: 'presumed_good' } });
  });

  it('refuses before the click where a right is missing, and says which rule gives it', () => {
    const missing = (purpose: MissingRight['purpose']): MissingRight => ({
      ...{ may: 'patch deployments in namespace shop', rule: '{ verbs: ["patch"] }', purpose },
    });
    expect(refusals(one({}, { missingRights: [missing('rolling-back')] }))).toEqual([
      {
        code: 'missing-right',
        reason: 'Lastgood may not patch deployments in namespace shop.',
        advice: expect.stringContaining('Add to its role: { verbs: ["patch"] }'),
      },
    ]);
    expect(planned(one({}, { missingRights: [missing('following')] })).warnings).toEqual(planned().warnings);
    expect(planned(one({}, { missingRights: [missing('releasing-stuck-pods')] })).warnings).toContainEqual(
      expect.stringContaining('Lastgood may not patch'),
    );
  });

  it('reaches an object that was created again, once the newest deployment was seen on it', () => {
    const again = { ...v2, uid: 'uid-2' };
    const target = { kind: 'Deployment', name: 'web' } as const;
    const deployment = aDeployment({ changes: [{ kind: 'workload', target, before: v1, after: again }] });
    const plan = planned({ deployment, ...one({ snapshot: again }) });
    expect(plan.steps[1]?.step).toMatchObject({ uid: 'uid-2', templateDigest: v1.templateDigest });
    expect(codes({ deployment, ...one({ snapshot: { ...v2, uid: 'uid-3' } }) })).toEqual([
      'workload-replaced',
    ]);
  });

  it('takes every workload, one after the other, and verifies once', () => {
    const worker = workload(seen(), { ...webWorkload, name: 'worker' });
    const kinds = planned({ known: { rolling: [workload(), worker] } }).steps.map(({ step }) => step.kind);
    expect(kinds.filter((kind) => kind === 'set-template')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'verify')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('verify');
  });

  it('gives every step its limits, what it leaves behind and the time it takes', () => {
    const plan = planned({
      stepDurations: { service: { 'wait-until-stable': [9_000, 1_000, 5_000] }, environment: {} },
    });
    for (const step of plan.steps) {
      expect(step.leavesBehind).not.toBe('');
      expect(Math.min(...Object.values(step.limits))).toBeGreaterThan(0);
    }
    expect(plan.steps[2]?.expectedMs).toBe(5_000);
    expect(plan.steps[2]?.limits.startToCloseMs).toBe(10 * minute);
    expect(plan.steps[2]?.estimate).toEqual({ from: 'service', runs: 3 });
  });

  it.each<[string, Partial<RollbackFacts>, RegExp]>([
    ['a presumed target', {}, /presumed good: it served when/],
    ['an unproven target', { target: aBaseline({ proof: 'unproven' }) }, /v1 \(release 1\) is unproven/],
    ['nothing to send', one({ snapshot: v1 }), /nothing will be sent/],
    ['a partition', one({ progress: { ...there.progress, kept: 2 } }), /A partition keeps 2 of the pods/],
    [
      'a package manager',
      one({ owner: { kind: 'package-manager', name: 'Helm', evidence: 'label' } }),
      /managed by Helm \(label\)/,
    ],
    [
      'a label that a Git controller may track by',
      one({ owner: { kind: 'possible-controller', name: 'Argo CD', evidence: 'label' } }),
      /may be managed by Argo CD \(label\): if it is, it puts the bad version back by itself/,
    ],
    [
      'pods that are evicted one at a time, as the policy allows',
      { ...one({ replacesPods: 'when-deleted' }), service: aService({ policy: allowed }) },
      /only when it is deleted \(update strategy OnDelete\): its pods are evicted one at a time/,
    ],
    [
      'a tag that has to be trusted',
      one({}, { to: { ...v1, imageDigests: {} } }),
      /No digest is recorded for app/,
    ],
  ])('warns of %s, and goes on', (_words, over, text) => {
    expect(planned(over).warnings.join(' ')).toMatch(text);
  });
});

describe('a refusal', () => {
  const owner = (kind: 'git-controller' | 'delivery-controller' | 'unknown-controller', name: string) =>
    one({ owner: { kind, name, evidence: 'label' } });
  const answered = (...answers: NeedAnswer<'workload'>[]): Partial<RollbackFacts> => ({
    known: { rolling: answers.map((answer) => workload(answer)) },
  });
  const gone = [
    {
      ...{ container: 'app', reference: imageOf('v1'), runningDigests: ['sha256:other'] },
      goneDigests: [v1.imageDigests.app ?? ''],
    },
  ];
  const rehearsal = { kind: 'refused', reason: 'a rule drops the container app' } as const;

  it.each<[string, Partial<RollbackFacts>, string[]]>([
    ['no target', { target: null }, ['no-target']],
    [
      'no workload at all',
      {
        ...answered(),
        service: aService({ workloads: [] }),
        deployment: aDeployment({ changes: [] }),
      },
      ['nothing-to-roll-back'],
    ],
    ['another strategy', { deployment: aDeployment({ strategy: 'canary' }) }, ['strategy-unavailable']],
    ['an unreachable cluster', answered({ kind: 'unreachable', reason: 'x' }), ['source-unreachable']],
    ['a source that is not configured', answered({ kind: 'not-configured' }), ['strategy-unavailable']],
    ['a workload that is gone', answered({ kind: 'not-found', reason: 'x' }), ['workload-gone']],
    ['a target never recorded', one({}, { to: null }), ['target-unknown']],
    ['another object', one({ snapshot: { ...v2, uid: 'uid-9' } }), ['workload-replaced']],
    ['a paused workload', one({ paused: true }), ['workload-paused']],
    ['a workload being deleted', one({ beingDeleted: true }), ['workload-being-deleted']],
    ['a third version', one({ snapshot: v3 }), ['third-version']],
    ['not for its own template, named by digest by somebody else', one({ snapshot: byDigest(v2) }), []],
    ['not for the target, named by digest by somebody else', one({ snapshot: byDigest(v1) }), []],
    ['a Git controller', owner('git-controller', 'Flux'), ['owned-by-controller']],
    ['a delivery controller', owner('delivery-controller', 'Flagger'), ['owned-by-controller']],
    ['a controller nobody knows', owner('unknown-controller', 'Kafka events'), ['owned-by-controller']],
    ['a workload that replaces no pod by itself', one({ replacesPods: 'when-deleted' }), ['pods-kept']],
    ['an image that the registry has no more', one({}, { evidence: gone }), ['image-gone']],
    ['a cluster that does not take the template', one({}, { rehearsal }), ['template-refused']],
    [
      'everything at once, each named',
      one({ paused: true, snapshot: v3 }, { evidence: gone, rehearsal }),
      ['workload-paused', 'third-version', 'image-gone', 'template-refused'],
    ],
    [
      'a target before another release that migrated the schema',
      {
        deployment: aDeployment({ release: 3 }),
        between: [
          {
            ...aDeployment(),
            returned: null,
            changes: [{ kind: 'migration', target: { database: 'orders' }, before: '0016', after: '0017' }],
          },
        ],
      },
      ['between-changed'],
    ],
    ['one of two workloads', answered(seen(), { kind: 'not-found', reason: 'x' }), ['workload-gone']],
  ])('for %s', (_words, over, expected) => expect(codes(over)).toEqual(expected));

  it.each([
    ['git-controller', 'Argo CD', 'Revert the commit in Git.'],
    ['delivery-controller', 'Argo Rollouts', 'Abort or undo with Argo Rollouts.'],
    [
      'unknown-controller',
      'Kafka events',
      'Put the version to return to into Kafka events itself: its controller sets the workload from it.',
    ],
  ] as const)('says who would put it back and what to do next: %s', (kind, name, advice) => {
    const reason = expect.stringContaining(
      `belongs to ${name} (label), which would put the bad version back`,
    );
    expect(refusals(owner(kind, name))[0]).toMatchObject({ reason, advice });
  });

  it('says which object it means, and what to do about a cluster that does not answer', () => {
    expect(refusals(one({ snapshot: { ...v2, uid: 'uid-9' } }))[0]?.reason).toBe(
      'Deployment shop/web was deleted and created again since it was recorded.',
    );
    expect(refusals(answered({ kind: 'unreachable', reason: 'no route' }))).toMatchObject([
      {
        reason: 'Deployment shop/web could not be read: no route.',
        advice: 'Check the cluster connection; the run can be started again at any moment.',
      },
    ]);
  });

  it('names every change that no way takes back, and what it was about', () => {
    const changes = [
      ...aDeployment().changes,
      {
        kind: 'flag' as const,
        target: { flag: 'checkout', environment: 'test' },
        before: true,
        after: false,
      },
      { kind: 'infrastructure' as const, target: {}, before: null, after: null },
    ];
    expect(refusals({ deployment: aDeployment({ changes }) })).toEqual([
      {
        code: 'unsupported-change',
        reason:
          'v2 (release 2) also changed a flag (flag checkout, environment test), infrastructure (not said which), which Lastgood cannot take back.',
        advice: expect.stringContaining('with the tool that deployed it'),
      },
    ]);
  });

  it('is given for a step that this installation cannot do', () => {
    const result = composePlan(facts(), new Set<StepKind>(['rehearse-template', 'set-template', 'verify']), [
      rolling,
    ]);
    expect(result).toMatchObject({
      refusals: [{ code: 'strategy-unavailable', reason: expect.stringContaining('wait-until-stable') }],
    });
  });

  it('is none when what was deployed was never seen, or is the target already', () => {
    const [change] = workloadChanges(aDeployment());
    if (!change) throw new Error('it changed no workload');
    const deployment = aDeployment({ changes: [{ ...change, after: null }] });
    expect(codes({ ...one({ snapshot: v3 }), deployment })).toEqual([]);
    expect(codes(one({ snapshot: v1 }))).toEqual([]);
  });
});

describe('a template that the cluster changes as it stores it', () => {
  const stored = aSnapshot('registry.example/web:v1-as-stored');
  const { template, templateDigest } = stored;
  const changes = ['adds containers[proxy]'];
  const rehearsal = { kind: 'accepted', template, templateDigest, changes } as const;

  it('is sent as it was recorded and compared with what the cluster answered, which is said', () => {
    const plan = planned(one({}, { rehearsal }));
    const sent = { template: v1.template, stored: template, templateDigest };
    expect(plan.steps[0]?.step).toMatchObject(sent);
    expect(plan.steps[1]?.step).toMatchObject(sent);
    expect(plan.steps[2]?.step).toMatchObject({ templateDigest });
    expect(plan.warnings.join(' ')).toContain(
      'The cluster changes the template of Deployment web as it stores it: adds containers[proxy].',
    );
  });

  it('is in place already when that is what is set', () => {
    expect(planned(one({ snapshot: stored }, { rehearsal })).warnings.join(' ')).toContain(
      'nothing will be sent',
    );
  });
});

describe('what must be known', () => {
  const asked = (deployment = aDeployment(), target = aBaseline()) =>
    neededFacts({ service: aService(), deployment, target }, [rolling]);
  const web = (to: WorkloadSnapshot | null) => ({
    rolling: [{ kind: 'workload', ask: { workload: webWorkload, to, uid: to && v1.uid } }],
  });

  it('is about the workloads that were changed, to what the target left', () =>
    expect(asked()).toEqual(web(v1)));

  it('falls back on *before* only of the deployment that follows the target', () => {
    const bare = aBaseline({ changes: [] });
    expect(asked(aDeployment(), bare)).toEqual(web(v1));
    expect(asked(aDeployment({ previousDeploymentId: 'd9' }), bare)).toEqual(web(null));
  });

  it('is about the declared workloads when no change is known', () =>
    expect(asked(aDeployment({ changes: [] }), aBaseline({ changes: [] }))).toEqual(web(null)));
});

describe('what the plan says of the proof', () => {
  it('asks what had fired again, as it was declared then, for as long as rates may look back', () => {
    const fired = aTrigger({ forMs: 60_000 });
    const { steps } = planned({ triggers: [fired] });
    expect(steps.at(-1)).toMatchObject({
      step: {
        kind: 'verify',
        triggers: [{ name: 'trigger high_error_rate', trigger: fired, timeoutMs: 360_000 }],
      },
      title: 'Verify that v1 (release 1) works (2 checks)',
      limits: { startToCloseMs: 360_000 + 2 * 60 * 60_000 },
    });
  });

  it('does not ask a comparison again, whose versions are no longer those that it compared', () => {
    const { query: _of, ...frame } = aTrigger({ name: 'slower' });
    const against = { query: 'a{v="$REVISION"}', against: 'old_version', minEffect: 1.5, floor: 1 } as const;
    const { steps } = planned({ triggers: [comparison.accept(against, frame), aTrigger()] });
    const { step } = steps.at(-1) ?? {};
    expect(step?.kind === 'verify' && step.triggers?.map(({ name }) => name)).toEqual([
      'trigger high_error_rate',
    ]);
  });

  it('says that a workload at zero replicas will prove nothing', () => {
    const { warnings } = planned({ known: { rolling: [workload(seen({ desiredReplicas: 0 }))] } });
    expect(warnings).toContain('Deployment web is scaled to zero replicas: going back will prove nothing.');
  });

  it('names the releases that are skipped, and where to go when the target is bad too', () => {
    const deployment = aDeployment({ release: 3 });
    const between = [
      {
        ...aDeployment({ id: 'r2', release: 2, status: 'completed', proof: 'unproven' }),
        ...{ startedAt: aBaseline().startedAt, returned: null },
      },
    ];
    const furtherBack = aBaseline({ id: 'd0', release: 0, version: 'v0', proof: 'verified' });
    const plan = planned({ deployment, between, furtherBack });
    expect(plan).toMatchObject({
      skipped: [{ release: 2, why: expect.stringContaining('not verified by then') }],
      furtherBack: { release: 0, version: 'v0' },
    });
    expect(plan.warnings).toContainEqual(
      expect.stringContaining('Goes back past 1 release to v1 (release 1)'),
    );
    expect(nextOptions(plan)).toContain('go further back, to v0 (release 0), verified');
    expect(nextOptions({ ...plan, furtherBack: null })).toContain('nothing further back is known to be good');
  });

  it('labels a target that a later return has failed on, and refuses nothing', () => {
    const row = aDeployment({ id: 'r3', release: 3, origin: 'rollback' });
    const returned = { targetId: aBaseline().id, verdict: 'failed', breached: 'high_error_rate' } as const;
    const { warnings } = planned({
      deployment: aDeployment({ release: 4 }),
      between: [{ ...row, returned }],
    });
    expect(warnings).toContain(
      'v1 (release 1) was returned to as release 3 and breached high_error_rate: Lastgood does not return to it by itself.',
    );
  });
});
