import { aRun, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { toRunView } from './run-view-dto.ts';

const release = { id: 'd1', release: 1, version: 'v1', proof: 'verified', startedAt: dayZero } as const;

test('evidence that is no breach does not read like one', () => {
  const { name: trigger, severity, threshold, comparison, unit, forMs } = aTrigger();
  const frame = { trigger, severity, threshold, comparison, unit, forMs };
  const evidence = (value: number, heldMs: number) => {
    const reading = { kind: 'value', value } as const;
    const run = aRun({ evidence: [{ ...frame, phase: 'inactive', reading, heldMs }] });
    const row = { run, from: release, target: release, members: [], steps: [], holder: null };
    return toRunView(
      { ...row, checks: [], decision: null, overtakenBy: null, timeline: [] },
      dayZero,
      () => [],
    ).evidence[0]?.text;
  };
  expect(evidence(0.001, 0)).toBe('0.1 %, fires at > 5 %');
  expect(evidence(0.082, minute)).toBe('8.2 % > 5 %, for 1:00 of 2:00');
  expect(evidence(0.001, minute)).toBe('0.1 %, fires at > 5 %, for 1:00 of 2:00');
});
