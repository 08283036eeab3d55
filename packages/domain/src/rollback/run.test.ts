import {
  aBaseline,
  aDeployment,
  aPlan,
  aRun,
  aService,
  aSnapshot,
  aStep,
  dayZero,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concludeDone, concludeFailed, concludeRefused, concludeStopAsked } from './conclude-run.ts';
import { nextStep } from './next-step.ts';
import { limitOutcome, recordStep, startLimitOutcome } from './record-step.ts';
import { type RunContext, rollbackDeployment } from './rollback-deployment.ts';
import type { RunStep, StepStatus } from './run.ts';

const plan = aPlan();
const running = aRun({ status: 'running', plan, startedAt: dayZero });

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];

function setTemplate(ordinal: number, status: StepStatus, name = 'web'): RunStep {
  const base = aStep({ ordinal, status });
  const { uid, template, templateDigest, imageDigests } = v1;
  const workload = { ...webWorkload, name };
  const target = { workload, uid, fromDigest: v2.templateDigest, template, templateDigest, imageDigests };
  return { ...base, planned: { ...base.planned, step: { kind: 'set-template', ...target } } };
}

const steps = (...statuses: StepStatus[]) => statuses.map((status, ordinal) => aStep({ ordinal, status }));

describe('the next move', () => {
  it.each<[string, Parameters<typeof nextStep>, object]>([
    ['a queued run is prepared', [aRun(), []], { kind: 'prepare' }],
    ['one without a plan, begun before, too', [aRun({ status: 'running' }), []], { kind: 'prepare' }],
    [
      'the first pending step',
      [running, steps('pending', 'pending')],
      { kind: 'apply', step: { ordinal: 0 } },
    ],
    [
      'the step after the applied',
      [running, steps('applied', 'pending')],
      { kind: 'apply', step: { ordinal: 1 } },
    ],
    ['a started one again', [running, steps('applied', 'started')], { kind: 'apply', step: { ordinal: 1 } }],
    ['a waiting one again', [running, steps('waiting', 'pending')], { kind: 'apply', step: { ordinal: 0 } }],
    ['past a skipped one', [running, steps('skipped', 'pending')], { kind: 'apply', step: { ordinal: 1 } }],
    ['nothing past a failed one', [running, steps('failed', 'pending')], { kind: 'nothing' }],
    ['finish', [running, steps('applied', 'skipped')], { kind: 'finish' }],
    ...(['done', 'stopped', 'cancelled'] as const).map(
      (status): [string, Parameters<typeof nextStep>, object] => [
        `nothing of a ${status} run`,
        [aRun({ status, plan }), steps('pending')],
        { kind: 'nothing' },
      ],
    ),
  ])('%s', (_words, [run, rows], move) => expect(nextStep(run, rows)).toMatchObject(move));

  it('never leaves a step out, in whatever order the rows come', () => {
    const status = fc.constantFrom<StepStatus>(
      'pending',
      'started',
      'waiting',
      'applied',
      'skipped',
      'failed',
    );
    const rows = fc
      .array(status, { minLength: 1, maxLength: 8 })
      .chain((all) => fc.shuffledSubarray(steps(...all), { minLength: all.length, maxLength: all.length }));
    fc.assert(
      fc.property(rows, (all) => {
        const move = nextStep(running, all);
        if (move.kind !== 'apply') return;
        const before = all.filter((one) => one.ordinal < move.step.ordinal);
        expect(before.every((one) => one.status === 'applied' || one.status === 'skipped')).toBe(true);
      }),
    );
  });
});

describe('the record of an attempt', () => {
  const step = aStep({ status: 'started', startedAt: dayZero, attempts: 1 });
  it('keeps what it did, waits for, or why it failed', () => {
    expect(recordStep(step, { kind: 'applied', note: 'set' }, dayZero)).toEqual({
      ordinal: 0,
      status: 'applied',
      finishedAt: dayZero,
      dueAt: null,
      note: 'set',
    });
    expect(recordStep(step, { kind: 'waiting', until: dayZero + 1, note: '2 of 3' }, dayZero)).toEqual({
      ordinal: 0,
      status: 'waiting',
      dueAt: dayZero + 1,
      note: '2 of 3',
    });
    expect(recordStep(step, { kind: 'failed', reason: 'no', advice: '' }, dayZero)).toMatchObject({
      status: 'failed',
      note: 'no',
    });
  });

  it('turns waiting past the limit into a failure, and nothing else', () => {
    const waiting = { kind: 'waiting', until: 0, note: '2 of 3 replicas available' } as const;
    expect(limitOutcome(step, waiting, dayZero + 5 * minute - 1)).toBe(waiting);
    expect(limitOutcome(step, waiting, dayZero + 5 * minute)).toMatchObject({
      kind: 'failed',
      reason: 'Not finished within 5 min; last seen: 2 of 3 replicas available',
    });
    const applied = { kind: 'applied', note: '' } as const;
    expect(limitOutcome(step, applied, dayZero + 60 * minute)).toBe(applied);
  });

  it('leaves a proof that ran out of time unproven: its limit says nothing against the target', () => {
    const proof: RunStep['planned'] = { ...step.planned, step: { kind: 'verify', triggers: [] } };
    const waiting = { kind: 'waiting', until: 0, note: '1 of 2 checks passed' } as const;
    expect(limitOutcome({ ...step, planned: proof }, waiting, dayZero + 5 * minute)).toMatchObject({
      kind: 'failed',
      isUnproven: true,
    });
    expect(startLimitOutcome(aStep({ planned: proof }), 10 * minute)).toMatchObject({ isUnproven: true });
    const change = setTemplate(0, 'started');
    expect(limitOutcome({ ...change, startedAt: dayZero }, waiting, dayZero + 5 * minute)).not.toHaveProperty(
      'isUnproven',
    );
    expect(startLimitOutcome(setTemplate(0, 'pending'), 10 * minute)).not.toHaveProperty('isUnproven');
  });

  it('wakes a waiting step at its limit, however long it is asked to wait', () => {
    const limitAt = dayZero + 5 * minute;
    const wait = (until: number) =>
      limitOutcome(step, { kind: 'waiting', until, note: '' }, dayZero + minute) as { until: number };
    for (const until of [dayZero + 86_400_000, 1e23, Number.POSITIVE_INFINITY])
      expect(wait(until).until).toBe(limitAt);
    for (const until of [Number.NaN, Number.NEGATIVE_INFINITY, -5])
      expect(wait(until).until).toBe(dayZero + minute);
    expect(wait(dayZero + 2 * minute).until).toBe(dayZero + 2 * minute);
  });

  it('does not begin a step that has been due for too long, unless a person resumed it', () => {
    const due = aStep({ ordinal: 1 });
    expect(startLimitOutcome(due, 10 * minute - 1)).toBeNull();
    expect(startLimitOutcome(due, 10 * minute)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('for 10 min'),
    });
    expect(startLimitOutcome({ ...due, attempts: 1 }, 60 * minute)).toBeNull();
  });
});

describe('how a run ends', () => {
  const context = (...rows: RunStep[]): RunContext => ({
    run: running,
    steps: rows,
    service: aService(),
    deployment: aDeployment(),
    target: aBaseline(),
    isRecorded: rows.some((step) => step.status === 'applied'),
  });
  const now = dayZero + 3 * minute;

  it('done: only now the deployment is rolled back, good for nothing, and held', () => {
    const commit = concludeDone(context(setTemplate(0, 'applied')), now);
    expect(commit.run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(commit.deployments).toMatchObject([
      { id: 'd2', status: 'rolled_back', proof: 'unproven', rolledBackAt: now, watchClosedAt: now },
      { id: 'r1-rollback', status: 'completed', version: 'v1', watchEndsAt: now + 30 * minute },
    ]);
    expect(commit.holds).toMatchObject([
      { templateDigest: v2.templateDigest, imageDigests: [v2.imageDigests.app], images: [imageOf('v2')] },
    ]);
    expect(commit.notifications).toMatchObject([
      { kind: 'rolled_back', urgency: 'info' },
      { kind: 'deployment_rolled_back', deploymentId: 'd2', runId: 'r1' },
    ]);
  });

  it('done without a change: nobody is told that it is rolled back', () => {
    const commit = concludeDone(
      { ...context(setTemplate(0, 'skipped')), isRecorded: false, unresolved: null },
      now,
    );
    expect(commit).toMatchObject({ run: { status: 'done' }, deployments: [], holds: [] });
    expect(commit.notifications).toMatchObject([
      {
        kind: 'rollback_cancelled',
        urgency: 'info',
        title: 'web is not rolled back: no step changed anything. What serves passed its checks.',
        facts: { next: { text: 'It stays as it is, unless its triggers call for a rollback again.' } },
      },
    ]);
  });

  it('stopped before it changed anything: no hold, no deployment, one page', () => {
    const rows = [setTemplate(0, 'started'), setTemplate(1, 'pending')];
    const failed = rows[0];
    if (!failed) throw new Error('there is a step');
    const commit = concludeFailed(
      context(...rows),
      failed,
      { reason: 'refused', advice: 'fix it', sent: false },
      now,
    );
    expect(commit).toMatchObject({ deployments: [], holds: [] });
    expect(commit.run).toMatchObject({
      status: 'stopped',
      verdict: null,
      stop: { ordinal: 0, endState: '0 of 2 steps are done. Nothing was changed.', advice: 'fix it' },
    });
    expect(commit.notifications).toMatchObject([{ kind: 'rollback_failed', urgency: 'page' }]);
  });

  it('stopped half way: what was set is a failed deployment, what was not reached is not claimed', () => {
    const rows = [setTemplate(0, 'applied'), setTemplate(1, 'started', 'worker')];
    const failed = rows[1];
    if (!failed) throw new Error('there is a step');
    const commit = concludeFailed(
      context(...rows),
      failed,
      { reason: 'refused', advice: '', sent: false },
      now,
    );
    const [patch] = commit.deployments ?? [];
    expect(patch).toMatchObject({ id: 'r1-rollback', status: 'failed' });
    expect(patch?.changes?.map((change) => change.target)).toEqual([{ kind: 'Deployment', name: 'web' }]);
    expect(commit.holds).toHaveLength(1);
  });

  it('says which writers are stopped, too, where a step tells its end state by itself', () => {
    const stopping = aStep({ ordinal: 0, status: 'applied' });
    const workload = { ...webWorkload, name: 'worker' };
    const writers = { writers: [{ workload, uid: 'u1', replicas: 2 }], database: 'shop' };
    stopping.planned = { ...stopping.planned, step: { kind: 'stop-writers', ...writers } };
    const failed = aStep({ ordinal: 1, status: 'started' });
    const { stop } =
      concludeFailed(
        context(stopping, failed),
        failed,
        { reason: 'dead', advice: '', endState: 'The route splits as before.', sent: true },
        now,
      ).run ?? {};
    expect(stop?.endState).toBe('The route splits as before. Stopped and not started again: worker.');
  });

  it('says failed of a run only when verification said so', () => {
    const failed = aStep({ ordinal: 1, status: 'started', attempts: 2 });
    const commit = concludeFailed(
      context(setTemplate(0, 'applied'), failed),
      failed,
      { reason: 'sick', advice: '', sent: true },
      now,
    );
    expect(commit.run?.verdict).toBe('failed');
    expect(commit.notifications?.[0]?.key).toBe('run/r1/rollback_failed/1/2');
  });

  it('refused: nothing was changed, with every reason', () => {
    const refusals = [
      { code: 'workload-paused', reason: 'It is paused.', advice: 'Resume it.' },
      { code: 'image-moved', reason: 'It moved.', advice: 'Push it.' },
    ] as const;
    const commit = concludeRefused(context(), refusals, now);
    expect(commit.run?.stop).toEqual({
      ordinal: null,
      reason: 'It is paused. It moved.',
      endState: 'Nothing was changed.',
      advice: 'Resume it. Push it.',
      refusals,
    });
    expect(commit.holds).toEqual([]);
  });

  it('holds by the template that was found when the pods were never seen', () => {
    const unseen = aDeployment({ changes: [] });
    const commit = concludeDone({ ...context(setTemplate(0, 'applied')), deployment: unseen }, now);
    expect(commit.holds).toMatchObject([{ templateDigest: v2.templateDigest, imageDigests: [], images: [] }]);
  });

  it('holds nothing where it stopped before it changed what serves', () => {
    const flag = { provider: 'p', project: 'shop', environment: 'production', flag: 'new' };
    const base = aStep({ status: 'applied', attempts: 1 });
    const off: RunStep = {
      ...base,
      planned: { ...base.planned, step: { kind: 'set-flag', ...flag, from: true, to: false } },
    };
    const failed = { ...setTemplate(1, 'started'), attempts: 1 };
    const why = { reason: 'refused', advice: '' };
    const stopped = (sent: boolean) => concludeFailed(context(off, failed), failed, { ...why, sent }, now);
    expect(stopped(false).holds).toEqual([]);
    expect(stopped(true).holds).toHaveLength(1);
    const asked = concludeStopAsked(context(off, setTemplate(1, 'pending')), setTemplate(1, 'pending'), now);
    expect(asked).toMatchObject({ run: { status: 'stopped' }, holds: [] });
  });

  it('names the image that was copied before it was cancelled', () => {
    const image = { registry: 'registry.shop', repository: 'web', digest: 'sha256:a' };
    const copy = (over: Partial<RunStep>): RunStep => {
      const base = aStep(over);
      const step = { kind: 'restore-image', ...image, backup: 'vault', tag: 'kept-1' } as const;
      return {
        ...base,
        planned: { ...base.planned, step, leavesBehind: 'Part of it may have been copied.' },
      };
    };
    const next = setTemplate(1, 'pending');
    const said = (over: Partial<RunStep>) => concludeStopAsked(context(copy(over), next), next, now);
    const whole = said({ status: 'applied', attempts: 1 });
    const words =
      /^Nothing that serves was changed\. .*registry\.shop.* from vault and stays there under the tag kept-1\.$/;
    expect(whole.run).toMatchObject({
      status: 'cancelled',
      stop: { endState: expect.stringMatching(words) },
    });
    expect(whole.events?.[0]?.text).toContain('kept-1');
    expect(said({ status: 'started', attempts: 1 }).run?.stop?.endState).toBe(
      'Nothing that serves was changed. Part of it may have been copied.',
    );
    expect(said({}).run?.stop?.endState).toBe('Nothing was changed.');
  });

  it('does not hold what the target runs too', () => {
    const target = { kind: 'Deployment', name: 'web' } as const;
    const same = aDeployment({ changes: [{ kind: 'workload', target, before: v1, after: v1 }] });
    expect(concludeDone({ ...context(setTemplate(0, 'applied')), deployment: same }, now).holds).toEqual([]);
    const config = { ...v2, images: v1.images, imageDigests: v1.imageDigests };
    const tuned = aDeployment({ changes: [{ kind: 'workload', target, before: v1, after: config }] });
    expect(
      concludeDone({ ...context(setTemplate(0, 'applied')), deployment: tuned }, now).holds,
    ).toMatchObject([{ templateDigest: v2.templateDigest, imageDigests: [], images: [] }]);
  });

  it('is itself a deployment with a stable id', () => {
    const row = rollbackDeployment(context(setTemplate(0, 'applied')), now);
    expect(row).toMatchObject({
      id: 'r1-rollback',
      origin: 'rollback',
      previousDeploymentId: 'd2',
      version: 'v1',
      changes: [
        { before: { templateDigest: v2.templateDigest }, after: { templateDigest: v1.templateDigest } },
      ],
    });
  });
});
