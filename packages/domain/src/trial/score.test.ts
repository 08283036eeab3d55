import { expect, test } from 'vitest';
import type { BacktestedDeployment, BacktestLabel } from './backtest-deployment.ts';
import { scoreOf } from './score.ts';

const hour = 3_600_000;

/** @param fired when, in hours; @param hours for how long it was judged, a slot each hour */
function tested(
  label: BacktestLabel,
  fired: number[],
  over: { hours?: number; lead?: number } = {},
): BacktestedDeployment {
  const reading = { kind: 'value', value: 1 } as const;
  return {
    deploymentId: '',
    label,
    firings: fired.map((at) => ({ firedAt: at * hour, resolvedAt: null, heldMs: 0, reading })),
    leadMs: over.lead ?? null,
    points: Array.from({ length: over.hours ?? 0 }, (_, at) => ({
      ...{ slot: at * hour, reading, phase: 'inactive' as const, heldMs: 0 },
    })),
  };
}

test('counts what is labelled, and tells rates by it', () => {
  const all = [
    tested('bad', [1, 3], { lead: 4 * hour }),
    tested('bad', [2], { lead: -hour }),
    tested('bad', []),
    tested('good', [1, 5, 9], { hours: 100 }),
    tested('good', [], { hours: 68 }),
    tested(null, [1], { hours: 1_000 }),
  ];
  expect(scoreOf(all, hour)).toEqual({
    ...{ caught: 2, missed: 1, falselyAccused: 1, leftAlone: 1 },
    // Three in the 168 hours that good ones were judged.
    ...{ falseAlarms: 3, falseAlarmsPerWeek: 3 },
    ...{ precision: 2 / 3, recall: 2 / 3, medianLeadMs: 1.5 * hour },
  });
});

test('says nothing of what there was none of', () => {
  expect(scoreOf([tested(null, [1])], hour)).toMatchObject({
    ...{ falseAlarmsPerWeek: null, precision: null, recall: null, medianLeadMs: null },
  });
  expect(scoreOf([tested('good', [], { hours: 2 })], hour)).toMatchObject({
    ...{ falseAlarmsPerWeek: 0, precision: null, recall: null },
  });
  expect(scoreOf([tested('bad', [])], hour)).toMatchObject({ precision: null, recall: 0 });
});
