import { aPlan, aRun, aSnapshot, aStep, webWorkload } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlookOf, type RunCommand } from './commands.ts';
import { concludeDone, concludeStopAsked, concludeWithdrawn } from './conclude-run.ts';
import { nextStep } from './next-step.ts';
import { onlyLooks, openStep } from './open-step.ts';
import type { Run, RunStatus, RunStep, StepStatus } from './run.ts';

const { uid, template, templateDigest, imageDigests } = aSnapshot();
const target = { workload: webWorkload, uid, templateDigest, imageDigests };
const kinds = [
  { kind: 'rehearse-template', ...target, template, fromDigest: 'sha256:bad' },
  { kind: 'set-template', ...target, template, fromDigest: 'sha256:bad' },
  { kind: 'wait-until-stable', ...target, releaseStuckPods: true, releaseOnDelete: false },
  { kind: 'verify' },
] as const;

/** The rolling plan with these statuses: rehearse, set, wait, verify. */
function rolling(...statuses: StepStatus[]): RunStep[] {
  return kinds.map((step, ordinal) => {
    const status = statuses[ordinal] ?? 'pending';
    const base = aStep({ ordinal, status, attempts: status === 'pending' ? 0 : 1 });
    const leavesBehind = `left behind by ${step.kind}`;
    return { ...base, planned: { ...base.planned, step, title: step.kind, leavesBehind } };
  });
}

const asked = { by: 'ada', at: 0, reason: 'wrong service' };
const run = (status: RunStatus, over: Partial<Run> = {}) => aRun({ status, plan: aPlan(), ...over });
const words = (command: RunCommand, of: Run, steps: RunStep[]) => {
  const outlook = outlookOf(command, of, steps);
  return outlook.allowed ? outlook.leavesBehind : `no: ${outlook.whyNot}`;
};

it.each<RunCommand>(['resume', 'retry', 'skip'])(
  '%s is refused once a newer run has changed the service, and says what to do instead',
  (command) => {
    const steps = rolling('applied', 'applied', 'failed');
    expect(outlookOf(command, run('stopped'), steps).allowed).toBe(true);
    expect(outlookOf(command, run('stopped'), steps, { kind: 'run', id: 'r2' })).toMatchObject({
      allowed: false,
      whyNot: expect.stringMatching(/^Another rollback has changed the service .* Roll back again/),
    });
  },
);

describe('what a person may tell a run', () => {
  it.each<[string, RunCommand, Run, RunStep[], RegExp]>([
    ['resume', 'resume', run('stopped'), rolling('applied', 'applied'), /^Goes on with step 3 .*wait-until/],
    ['resume', 'resume', aRun({ status: 'stopped' }), [], /plans anew/],
    ['resume', 'resume', run('running'), rolling('started'), /^no: Only a stopped/],
    ['retry', 'retry', run('stopped'), rolling('applied', 'failed'), /already is seen and not sent a second/],
    ['retry', 'retry', run('stopped'), rolling('applied'), /^no: No step has failed/],
    ['skip', 'skip', run('stopped'), rolling('applied', 'failed'), /^no: Step 2 .* cannot be left out/],
    ['skip', 'skip', run('running'), rolling('applied', 'applied', 'waiting'), /verification follows/],
    ['skip', 'skip', run('running'), rolling('applied', 'applied'), /^no: Step 3 .* has not begun/],
    ['skip', 'skip', run('stopped'), rolling('applied', 'applied', 'applied', 'failed'), /not as verified/],
    ['stop', 'stop', aRun(), [], /Nothing was changed/],
    ['stop', 'stop', run('running'), rolling('applied'), /^Nothing was changed/],
    [
      'stop',
      'stop',
      run('running'),
      rolling('applied', 'started'),
      /^Finishes step 2 .*behind by wait-until/,
    ],
    ['stop', 'stop', run('running'), rolling('applied', 'applied', 'waiting'), /^Stops before step 3/],
    ['stop', 'stop', run('running', { stopAsked: asked }), rolling('started'), /^no: ada has asked/],
    ['stop', 'stop', run('done'), rolling(), /^no: .*is done/],
  ])('%s: %s %#', (_name, command, of, steps, said) => expect(words(command, of, steps)).toMatch(said));

  it('never lets a change be left out', () => {
    for (const [ordinal, { kind }] of kinds.entries()) {
      const statuses = kinds.map((_, at): StepStatus => (at < ordinal ? 'applied' : 'failed'));
      const allowed = outlookOf('skip', run('stopped'), rolling(...statuses)).allowed;
      expect([kind, allowed]).toEqual([kind, kind !== 'set-template']);
    }
  });

  it('allows nothing of a run that is over', () => {
    for (const status of ['done', 'cancelled'] as const)
      for (const command of ['resume', 'retry', 'skip', 'stop'] as const)
        expect(outlookOf(command, run(status), rolling('applied')).allowed).toBe(false);
  });
});

describe('a run that is to stop', () => {
  const stopping = run('running', { stopAsked: asked });

  it('begins nothing, and first finishes what may be on its way', () => {
    const status = fc.constantFrom<StepStatus>('pending', 'started', 'waiting', 'failed');
    fc.assert(
      fc.property(fc.nat(3), status, (at, open) => {
        const statuses = kinds.map((_, n): StepStatus => (n < at ? 'applied' : n === at ? open : 'pending'));
        const steps = rolling(...statuses);
        const move = nextStep(stopping, steps);
        if (move.kind !== 'apply') return;
        expect(['started', 'waiting']).toContain(move.step.status);
        expect(onlyLooks(move.step)).toBe(false);
      }),
    );
  });

  const context = (steps: RunStep[]) => ({
    run: stopping,
    steps,
    service: { name: 'web', policy: { watchWindowMs: 1 } },
    deployment: { id: 'd2', release: 2, changes: [] },
    target: { id: 'd1', release: 1, changes: [] },
    // A newer release serves.
    unresolved: null,
  });
  type Context = Parameters<typeof concludeStopAsked>[0];

  it('is cancelled before its first change', () => {
    const steps = rolling('applied');
    const commit = concludeStopAsked(context(steps) as unknown as Context, openStep(steps) ?? null, 5);
    expect(commit).toMatchObject({
      run: { status: 'cancelled', stop: { endState: 'Nothing was changed.' } },
      events: [{ type: 'rollback.cancelled', text: expect.stringContaining('wrong service') }],
      notifications: [
        {
          ...{ kind: 'rollback_cancelled', urgency: 'info', title: expect.stringContaining('was cancelled') },
          ...{ text: 'Roll back again if it is wanted after all.' },
          facts: {
            plan: [],
            next: { text: 'It stays as it is, unless its triggers call for a rollback again.' },
          },
        },
      ],
    });
  });

  it('is told to be unwanted where it was withdrawn before anybody heard that it began', () => {
    const unplanned = { ...context(rolling('applied')), run: { ...stopping, plan: null } };
    const told = (one: unknown) => concludeWithdrawn(one as Context, 'It is moot.', 5).notifications;
    expect(told(unplanned)).toMatchObject([
      { kind: 'incident_over', ends: expect.arrayContaining(['rollback_waits']) },
    ]);
    expect(told(context(rolling('applied')))).toMatchObject([{ kind: 'rollback_cancelled' }]);
  });

  it('stops in the end state of the step it is at, told but paging nobody', () => {
    const steps = rolling('applied', 'applied', 'waiting');
    const commit = concludeStopAsked(context(steps) as unknown as Context, openStep(steps) ?? null, 5);
    expect(commit).toMatchObject({
      run: {
        status: 'stopped',
        verdict: null,
        stop: {
          ordinal: 2,
          reason: 'ada stopped it: wrong service.',
          endState: '2 of 4 steps are done. left behind by wait-until-stable',
        },
      },
      steps: [{ ordinal: 2, status: 'pending', startedAt: null }],
      notifications: [{ urgency: 'info' }],
    });
  });

  it('is not verified when its verification was left out, whatever else was done', () => {
    const steps = rolling('applied', 'applied', 'applied', 'skipped');
    const commit = concludeDone(context(steps) as unknown as Context, 5);
    expect(commit.run).toMatchObject({ status: 'stopped', verdict: null, stop: { ordinal: 3 } });
    expect(commit.deployments?.some(({ status }) => status === 'rolled_back')).toBe(false);
  });
});
