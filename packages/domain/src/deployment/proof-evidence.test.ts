import { aDeployment, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { ReadingRow } from '../trigger/judged-reading.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import { proofEvidence } from './proof-evidence.ts';

const completedAt = dayZero + minute;
const watchEndsAt = completedAt + 10 * minute;
const deployment = aDeployment({ status: 'completed', completedAt, watchEndsAt });

const judged = (trigger: Partial<RollbackTrigger> = {}, slotsHealthy = 40) => ({
  trigger: aTrigger(trigger),
  state: { ...initialTriggerState, slotsHealthy },
});
const row = (slot: number, reading: Reading, trigger = 'high_error_rate') =>
  ({ slot, reading, trigger }) as ReadingRow;
const number = (value: number): Reading => ({ kind: 'value', value });

it.each([
  ['is watched', deployment],
  ['has passed its watch', { ...deployment, watchClosedAt: watchEndsAt }],
])(
  'of what %s it tells the worst number of the window, by the side on which the trigger fires',
  (_how, of) => {
    const rows = [
      row(completedAt - 1, number(0.9)),
      row(completedAt + minute, number(0.01)),
      row(completedAt + 2 * minute, number(0.04)),
      row(completedAt + 3 * minute, { kind: 'no-data' }),
      row(watchEndsAt, number(0.8)),
      row(completedAt + minute, number(7), 'low_traffic'),
      row(completedAt + 2 * minute, number(3), 'low_traffic'),
    ];
    const [errors, traffic] = proofEvidence(
      of,
      [judged(), judged({ name: 'low_traffic', comparison: 'less_than' })],
      rows,
      15_000,
    );
    expect(errors).toMatchObject({
      healthy: 40,
      expected: 40,
      worst: { value: 0.04, at: completedAt + 2 * minute },
    });
    expect(traffic?.worst).toEqual({ value: 3, at: completedAt + 2 * minute });
  },
);

it('no number is no worst number, and a warm-up is not due', () => {
  const [one] = proofEvidence(
    deployment,
    [judged({ initialDelayMs: 6 * minute })],
    [row(completedAt, { kind: 'unreachable', reason: 'HTTP 503' })],
    15_000,
  );
  expect(one).toMatchObject({ worst: null, expected: 20 });
});

it('what decides comes first, and what is in shadow decides nothing', () => {
  const all = [
    judged({ name: 'shadow', shadow: true }),
    judged({ name: 'page', severity: 'page_and_suggest' }),
    judged(),
  ];
  expect(
    proofEvidence(deployment, all, [], 15_000).map(({ trigger, decides }) => [trigger.name, decides]),
  ).toEqual([
    ['high_error_rate', true],
    ['shadow', false],
    ['page', false],
  ]);
});
