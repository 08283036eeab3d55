import { aPlan, aRun, aStep, dayZero } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import {
  type CommandedRun,
  type CommandVerdict,
  type GivenCommand,
  judgeCommand,
  type RunChange,
} from './command-run.ts';
import type { Run, RunStatus } from './run.ts';

const at = dayZero + 1;
const looks = aStep({ ordinal: 1 });
const sets = { ...aStep(), planned: { ...aStep().planned, title: 'set the flag', step: flagOff() } };

function flagOff() {
  const flag = { provider: 'unleash', project: 'shop', environment: 'production', flag: 'checkout' };
  return { kind: 'set-flag' as const, ...flag, from: true, to: false };
}

function seen(over: Partial<CommandedRun> = {}): CommandedRun {
  const beside = { otherActive: null, overtakenBy: null, isBeforeStart: false };
  return { run: aRun(), steps: [], ...beside, ...over };
}

const planned = (status: RunStatus, over: Partial<Run> = {}) => aRun({ status, plan: aPlan(), ...over });
const judge = (given: GivenCommand, of: Partial<CommandedRun>): CommandVerdict =>
  judgeCommand(given, { by: 'ada', at })(seen(of));

/** What changes, and the words of its event. */
function change(given: GivenCommand, of: Partial<CommandedRun>): Omit<RunChange, 'event'> & { text: string } {
  const verdict = judge(given, of);
  if (verdict.kind !== 'change') throw new Error(JSON.stringify(verdict));
  const { event, ...rest } = verdict.change;
  expect(event).toMatchObject({ at, runId: 'r1', deploymentId: 'd2', data: { by: 'ada' } });
  return { ...rest, text: `${event.type}: ${event.text}` };
}

const nothing = { run: {}, steps: [], dropsChecks: false, worker: 'goes-on' };

describe('undo', () => {
  it('cancels a queued run before its start, and has done so already when it is cancelled', () => {
    expect(change({ command: 'undo' }, { isBeforeStart: true })).toEqual({
      ...nothing,
      run: { status: 'cancelled', finishedAt: at },
      text: 'rollback.undone: ada undid the rollback before it began',
    });
    expect(judge({ command: 'undo' }, { run: planned('cancelled') })).toEqual({ kind: 'done' });
  });

  it.each<[RunStatus, boolean, RegExp]>([
    ['queued', false, /^Too late to undo: its time to start was .* ago/],
    ['running', true, /^Too late to undo: .* ago\. It finishes, or stops/],
    ['stopped', true, /ended already \(stopped\)/],
  ])('is refused when the run is %s and before its start: %s', (status, isBeforeStart, words) => {
    const refused = { kind: 'refused', reason: expect.stringMatching(words) };
    expect(judge({ command: 'undo' }, { run: planned(status), isBeforeStart })).toEqual(refused);
  });

  it('says when the first step began', () => {
    const steps = [{ ...sets, status: 'started' as const, startedAt: at - 400 }, looks];
    expect(
      judge({ command: 'undo' }, { run: planned('running'), steps, isBeforeStart: false }),
    ).toMatchObject({
      reason: expect.stringMatching(/^Too late to undo: the first step began 0\.4 s ago\./),
    });
  });
});

describe('resume and retry', () => {
  it('count how long it was stopped, apart from the work', () => {
    const run = { ...planned('stopped'), finishedAt: at - 60_000, pausedMs: 1_000 };
    expect(change({ command: 'resume' }, { run }).run).toMatchObject({ pausedMs: 61_000, finishedAt: null });
  });

  const failed = { ...looks, status: 'failed' as const, attempts: 2 };
  const stopped = { run: planned('stopped'), steps: [{ ...sets, status: 'applied' as const }, failed] };
  const again = { status: 'pending', startedAt: null, finishedAt: null, dueAt: null, awayMs: 0 };

  it('begin what was not applied afresh, and verification with it', () => {
    const anew = {
      run: { status: 'running', stop: null, verdict: null, finishedAt: null, stopAsked: null, pausedMs: 1 },
      steps: [{ ordinal: 1, ...again }],
      dropsChecks: true,
      worker: 'begins-anew',
    };
    const resumed = 'rollback.resumed: ada resumed the rollback';
    expect(change({ command: 'resume' }, stopped)).toEqual({ ...anew, text: resumed });
    const tried = `rollback.retried: ada tries step 2 (${failed.planned.title}) again`;
    expect(change({ command: 'retry' }, stopped)).toEqual({ ...anew, text: tried });
  });

  it('verify after all what was left out, and no other step that was', () => {
    const skipped = { status: 'skipped' as const };
    const steps = [
      { ...sets, ...skipped },
      { ...looks, ...skipped },
    ];
    const { steps: put } = change({ command: 'resume' }, { run: planned('stopped'), steps });
    expect(put).toEqual([{ ordinal: 1, ...again }]);
  });

  it('queue a run without a plan, which plans anew', () => {
    const { run } = change({ command: 'resume' }, { run: aRun({ status: 'stopped' }) });
    expect(run.status).toBe('queued');
  });

  it('wait for another run, and not for one that has changed the service since', () => {
    const reason = 'Another rollback of this service is under way. Wait for it, then resume.';
    expect(judge({ command: 'resume' }, { ...stopped, otherActive: 'r2' })).toEqual({
      kind: 'refused',
      reason,
    });
    expect(
      judge({ command: 'retry' }, { ...stopped, otherActive: 'r3', overtakenBy: { kind: 'run', id: 'r2' } }),
    ).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('Another rollback has changed the service'),
    });
  });
});

describe('skip', () => {
  const steps = [
    { ...sets, status: 'applied' as const },
    { ...looks, status: 'started' as const, attempts: 1 },
  ];
  const skip = (ordinal: number): GivenCommand => ({ command: 'skip', ordinal, reason: 'seen by eye' });
  const left = { ordinal: 1, status: 'skipped', finishedAt: at, dueAt: null };
  const note = 'left out by ada: seen by eye';
  const text = `rollback.step-skipped: ada left out step 2 (${looks.planned.title}): seen by eye`;

  it('takes a running run from its holder', () => {
    expect(change(skip(1), { run: planned('running'), steps })).toEqual({
      ...{ ...nothing, worker: 'is-replaced', steps: [{ ...left, note }], text },
    });
  });

  it('takes a stopped run up again and keeps its checks', () => {
    const taken = change(skip(1), { run: planned('stopped'), steps });
    expect(taken).toMatchObject({ run: { status: 'running' }, worker: 'begins-anew', dropsChecks: false });
  });

  it('is refused for a step that is not the one in progress', () => {
    const reason = `Step 1 is not the one in progress: it is at step 2 (${looks.planned.title}) now. Look again before you leave one out.`;
    expect(judge(skip(0), { run: planned('running'), steps })).toEqual({ kind: 'refused', reason });
  });
});

describe('stop', () => {
  const stop: GivenCommand = { command: 'stop', reason: 'wrong service' };

  it('is written down for whoever holds the run, once', () => {
    const stopAsked = { by: 'ada', at, reason: 'wrong service' };
    const text = 'rollback.stop-asked: ada asked to stop the rollback: wrong service';
    expect(change(stop, {})).toEqual({ ...nothing, run: { stopAsked }, worker: 'is-woken', text });
    expect(judge(stop, { run: planned('running', { stopAsked }) })).toEqual({ kind: 'done' });
    expect(judge(stop, { run: planned('cancelled', { stopAsked }) })).toEqual({ kind: 'done' });
    expect(judge(stop, { run: planned('done', { stopAsked }) })).toMatchObject({ kind: 'refused' });
  });
});

describe('edit', () => {
  it('writes the reason anew whatever the run has come to, and nothing when it is the same', () => {
    const edit: GivenCommand = { command: 'edit', reason: 'the disk was full' };
    const text = 'rollback.reason-edited: ada wrote the reason of the rollback anew';
    for (const status of ['queued', 'running', 'done', 'stopped', 'cancelled'] as const)
      expect(change(edit, { run: planned(status) })).toEqual({
        ...nothing,
        run: { reason: 'the disk was full' },
        text,
      });
    expect(judge(edit, { run: aRun({ reason: 'the disk was full' }) })).toEqual({ kind: 'done' });
  });

  it('takes away what the reason of an automatic one said beside the breach', () => {
    const requester = { kind: 'automatic', trigger: 'errors', decisionId: 'x' } as const;
    const run = aRun({ requester: { ...requester, beside: 'Although it is late.' } });
    expect(change({ command: 'edit', reason: 'the disk was full' }, { run }).run).toEqual({
      ...{ reason: 'the disk was full', requester },
    });
  });
});

describe('sign', () => {
  const of = (name: string) => aRun({ requester: { kind: 'person', name } });

  it('puts a name where none was given, once, whatever the run has come to', () => {
    const text = 'rollback.signed: ada says to have asked for the rollback';
    const requester = { kind: 'person', name: 'ada' };
    for (const status of ['queued', 'running', 'done', 'stopped', 'cancelled'] as const)
      expect(change({ command: 'sign' }, { run: { ...of('dashboard'), status } })).toEqual({
        ...nothing,
        run: { requester },
        text,
      });
    expect(judge({ command: 'sign' }, { run: of('ada') })).toEqual({ kind: 'done' });
  });

  it('is refused to another person, of an automatic one, and without a name', () => {
    const refusal = (run: Run, by = 'ada') => judgeCommand({ command: 'sign' }, { by, at })(seen({ run }));
    expect(refusal(of('grace'))).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/^grace has/),
    });
    const automatic = aRun({ requester: { kind: 'automatic', trigger: 'errors', decisionId: 'x' } });
    expect(refusal(automatic)).toMatchObject({ kind: 'refused' });
    expect(refusal(of('dashboard'), 'dashboard')).toMatchObject({ kind: 'refused' });
  });
});

describe('hurry', () => {
  const split = (stable: number) => ({ stable, canary: 100 - stable });
  const copyOf = (name: string) => ({ name, variables: {}, workload: null });
  const stage = {
    route: { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'web' },
    ...{ uid: 'u', rule: null, to: copyOf('stable'), other: copyOf('canary'), before: split(0), enough: 1 },
    stages: [25, 50, 100].map(split),
  };
  const gate = { soakMs: 30_000, errors: null, latency: null, jumpAbove: null };
  const rows = (
    [
      [{ kind: 'reach-stage', ...stage, stage: 0 }, 'applied'],
      [{ kind: 'hold-stage', ...stage, ...gate, stage: 0 }, 'waiting'],
      [{ kind: 'reach-stage', ...stage, stage: 1 }, 'pending'],
      [{ kind: 'hold-stage', ...stage, ...gate, stage: 1 }, 'pending'],
    ] as const
  ).map(([step, status], ordinal) => aStep({ ordinal, status, planned: { ...aStep().planned, step } }));

  it('lets no gate that is left be waited for, and wakes whoever waits', () => {
    const changed = change({ command: 'hurry' }, { run: planned('running'), steps: rows });
    expect(changed).toMatchObject({
      ...{ worker: 'is-woken', text: 'rollback.hurried: ada sends all of the traffic back at once' },
      steps: [
        { ordinal: 1, status: 'waiting', planned: { step: { hurriedBy: 'ada' } } },
        { ordinal: 3, status: 'pending', planned: { step: { hurriedBy: 'ada' } } },
      ],
    });
  });

  it.each([
    [
      'twice',
      planned('running'),
      rows.map((row) => ({
        ...row,
        planned: { ...row.planned, step: { ...row.planned.step, hurriedBy: 'bob' } as never },
      })),
    ],
    ['without stages', planned('running'), [sets]],
    ['of a stopped run', planned('stopped'), rows],
  ])('%s is refused', (_what, run, steps) =>
    expect(judge({ command: 'hurry' }, { run, steps }).kind).toBe('refused'),
  );
});
