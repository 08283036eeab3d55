import type { Overtaking, Run, RunStep, TriggerEvidence } from '@lastgood/domain';
import {
  aDeployment,
  aPlan,
  aRun,
  aService,
  aStep,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { toRunView } from './run-view-dto.ts';

const release = {
  id: 'd1',
  release: 1,
  version: 'v1',
  origin: 'pipeline',
  proof: 'verified',
  startedAt: dayZero,
} as const;

function view(run: Run, steps: RunStep[] = [], overtakenBy: Overtaking | null = null) {
  const row = { run, from: release, target: release, members: [], steps, holder: null };
  const about = { service: aService(), deployment: aDeployment(), trigger: null };
  return toRunView(
    { ...row, about, checks: [], decision: null, overtakenBy, putBack: null, timeline: [] },
    dayZero,
  );
}

test('evidence that is no breach does not read like one', () => {
  const { name: trigger, severity, threshold, comparison, unit, forMs } = aTrigger();
  const frame = { trigger, severity, threshold, comparison, unit, forMs };
  const text = (value: number, heldMs: number) => {
    const reading = { kind: 'value', value } as const;
    const evidence: TriggerEvidence[] = [{ ...frame, phase: 'inactive', reading, heldMs }];
    return view(aRun({ evidence })).evidence[0]?.text;
  };
  expect(text(0.001, 0)).toBe('0.1 %, fires at > 5 %');
  expect(text(0.082, minute)).toBe('8.2 % > 5 %, for 1 min of 2 min');
  expect(text(0.001, minute)).toBe('0.1 %, fires at > 5 %, for 1 min of 2 min');
});

test('evidence of a kind with words of its own is said in these, and a hold of nothing lasts no time', () => {
  const { name: trigger, severity, comparison, unit } = aTrigger();
  const reading = { kind: 'value', value: 1.53 } as const;
  const frame = {
    trigger,
    severity,
    threshold: 1,
    comparison,
    unit,
    phase: 'firing',
    reading,
    heldMs: 0,
  } as const;
  const text = (over: Partial<TriggerEvidence>) =>
    view(aRun({ evidence: [{ ...frame, forMs: 0, ...over }] })).evidence[0]?.text;
  expect(text({ words: 'burns 22× over 1 h and 18× over 5 m, > 14.4×' })).toBe(
    'burns 22× over 1 h and 18× over 5 m, > 14.4×',
  );
  expect(text({})).toBe('153 % > 100 %');
  expect(text({ words: "2× the old version's", forMs: minute, heldMs: minute })).toBe(
    "2× the old version's, for 1 min of 1 min",
  );
});

test('an action names the step it is about', () => {
  const done = aStep({ status: 'applied' });
  const next = (status: RunStep['status']) => aStep({ ordinal: 1, status });
  const stopped = aRun({ status: 'stopped', plan: aPlan() });
  expect(view(stopped, [done, next('failed')]).actions).toMatchObject({
    retry: { allowed: true, step: 1 },
    skip: { allowed: true, step: 1 },
    resume: { allowed: true, step: null },
  });
  expect(view(stopped, [done, next('pending')]).actions).toMatchObject({
    retry: { allowed: false, step: null },
    skip: { allowed: true, step: 1 },
  });
});

test('a step that cannot be left out is named where it failed, and only there', () => {
  const failed = aStep({ status: 'failed' });
  const stopped = aRun({ status: 'stopped', plan: aPlan() });
  expect(view(stopped, [failed], { kind: 'run', id: 'r2' }).actions.skip).toMatchObject({
    allowed: false,
    step: 0,
    whyNot: expect.stringContaining('Another rollback has changed'),
  });
  const running = aRun({ status: 'running', plan: aPlan() });
  expect(view(running, [aStep()]).actions.skip).toMatchObject({ allowed: false, step: null });
});

test('a stopped run that a newer release has overtaken offers to roll that one back', () => {
  const stopped = aRun({ status: 'stopped', plan: aPlan() });
  const newer: Overtaking = {
    kind: 'deployment',
    id: 'd6',
    newest: { release: 6, version: 'v43' },
    takesBack: { release: 5, version: 'v42' },
    came: 'deployed',
  };
  const shown = view(stopped, [aStep({ status: 'failed' })], newer);
  expect(shown.actions.retry.allowed).toBe(false);
  expect(shown.overtaken).toEqual({
    runId: null,
    deployment: { id: 'd6', release: 6, version: 'v43' },
    text: expect.stringContaining('Roll back v43 (release 6) instead'),
  });
  expect(view(stopped).overtaken).toBeNull();
});
