import { aPlan, aRun, aStep, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import type { CheckState } from '../verification/check.ts';
import { absence, leastAbsenceMs, runTimes, stepTimeMs, timesInWords } from './absence.ts';
import { limitOutcome } from './record-step.ts';
import type { RunStep } from './run.ts';

const away = 75_000;
const run = aRun({ status: 'running', plan: aPlan(), startedAt: dayZero });
const open = aStep({ ordinal: 1, status: 'waiting', attempts: 1, startedAt: dayZero });
const check = (over: Partial<CheckState>): CheckState => ({
  ...{ name: 'errors', type: 'prometheus', passesInARow: 0, passesNeeded: 3, expected: '', actual: null },
  ...{ reason: null, attempts: 1, startedAt: dayZero, lastAttemptAt: null, nextAttemptAt: dayZero },
  ...{ verdict: 'pending', deadlineAt: dayZero + minute },
  ...over,
});
const absent = (steps: RunStep[], checks: CheckState[] = [], ms = away) =>
  absence({ run, steps, checks }, ms, dayZero + minute);

describe('when Lastgood was away', () => {
  test('the step in progress and its open checks are given that much longer, and the record says it', () => {
    const done = aStep({ status: 'applied' });
    const next = aStep({ ordinal: 2, status: 'pending' });
    expect(absent([done, open, next], [check({}), check({ name: 'b', verdict: 'passed' })])).toMatchObject({
      run: { awayMs: away },
      steps: [{ ordinal: 1, status: 'waiting', awayMs: away }],
      checks: [
        { name: 'errors', deadlineAt: dayZero + minute + away },
        { name: 'b', deadlineAt: dayZero + minute },
      ],
      events: [
        {
          type: 'rollback.lastgood-away',
          text: 'Lastgood was away 1 min 15 s. What was in progress is given that much longer.',
        },
      ],
    });
  });

  test('twice, both times count', () => {
    expect(absent([{ ...open, awayMs: 10_000 }])).toMatchObject({ steps: [{ awayMs: away + 10_000 }] });
  });

  test('nothing is written of the moment it takes to get to a run, nor of one that had not begun', () => {
    expect(absent([open], [], leastAbsenceMs - 1)).toBeNull();
    expect(absence({ run: { ...run, startedAt: null }, steps: [], checks: [] }, away, dayZero)).toBeNull();
  });

  test('the limit of a step ends later by that time, and not before', () => {
    const { startToCloseMs } = open.planned.limits;
    const late = { ...open, awayMs: away };
    const waits = (at: number) =>
      limitOutcome(late, { kind: 'waiting', until: at + 1, note: '' }, dayZero + at).kind;
    expect(waits(startToCloseMs + away - 1)).toBe('waiting');
    expect(waits(startToCloseMs + away)).toBe('failed');
  });
});

describe('how long a run took', () => {
  const times = runTimes(
    { ...run, finishedAt: dayZero + 10 * minute, pausedMs: 5 * minute, awayMs: away },
    dayZero,
  );

  test('counts work, and says apart what was none', () => {
    expect(times).toEqual({ workedMs: 5 * minute - away, pausedMs: 5 * minute, awayMs: away });
    expect(times && timesInWords(times)).toBe(
      '3 min 45 s (it was stopped for 5 min, and Lastgood was away 1 min 15 s)',
    );
    expect(runTimes({ ...run, startedAt: null }, dayZero)).toBeNull();
    expect(stepTimeMs({ ...open, awayMs: away }, dayZero + 2 * minute)).toBe(2 * minute - away);
  });

  test('is said alone where nothing came between', () => {
    expect(timesInWords({ workedMs: 21_900, pausedMs: 0, awayMs: 0 })).toBe('21 s');
  });
});
