import type { RunStepView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { expectedTotal, runElapsed, stepElapsed, undoLeftMs } from './step-progress.ts';

const start = '2026-01-01T00:00:00.000Z';
const base = Date.parse(start);

test('a step in progress counts on, a finished one stands', () => {
  const step = { startedAt: start, finishedAt: null, elapsedSeconds: 2, awaySeconds: 0 } as RunStepView;
  expect(stepElapsed(step, base + 7000)).toBe(7);
  expect(stepElapsed({ ...step, awaySeconds: 5 }, base + 7000)).toBe(2);
  expect(stepElapsed({ ...step, finishedAt: start }, base + 7000)).toBe(2);
  expect(stepElapsed({ ...step, startedAt: null }, base)).toBeNull();
});

test('one unknown step makes the whole unknown', () => {
  expect(expectedTotal([{ expectedSeconds: 2 }, { expectedSeconds: 18 }])).toBe(20);
  expect(expectedTotal([{ expectedSeconds: 2 }, { expectedSeconds: null }])).toBeNull();
  expect(expectedTotal([])).toBeNull();
});

test('a run counts its work from its start to its end, without pauses and absences', () => {
  const run = { startedAt: start, finishedAt: null, workedSeconds: null, pausedSeconds: 0, awaySeconds: 0 };
  expect(runElapsed(run, base + 4000)).toBe(4);
  expect(runElapsed({ ...run, workedSeconds: 1 }, base + 4000)).toBe(4);
  expect(runElapsed({ ...run, pausedSeconds: 2, awaySeconds: 1 }, base + 4000)).toBe(1);
  expect(runElapsed({ ...run, finishedAt: start, workedSeconds: 21.4 }, base + 90_000)).toBe(21.4);
  expect(runElapsed({ ...run, startedAt: null }, base)).toBeNull();
});

test('undo is offered until the start and not a moment longer', () => {
  const run = { status: 'queued' as const, startsAt: new Date(base + 3000).toISOString() };
  expect(undoLeftMs(run, base)).toBe(3000);
  expect(undoLeftMs(run, base + 3000)).toBeNull();
  expect(undoLeftMs({ ...run, status: 'running' }, base)).toBeNull();
});
