import { aRun, aStep, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { eventAbout } from '../audit/events.ts';
import type { Step } from '../rollback/step.ts';
import { milestonesOf } from './milestones.ts';

const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
const kinds = ['rehearse-template', 'set-template', 'wait-until-stable', 'verify'] as const;

/** The steps of a rolling way back, of which so many are applied, a second each. */
function steps(applied: number) {
  return kinds.map((kind, ordinal) => {
    const title = `do ${kind}`;
    const planned = { ...aStep().planned, title, step: { kind, workload } as unknown as Step };
    const isApplied = ordinal < applied;
    const finishedAt = isApplied ? dayZero + ordinal * 1000 : null;
    return aStep({ ordinal, planned, status: isApplied ? 'applied' : 'pending', finishedAt });
  });
}

const events = kinds.map((kind, id) => ({
  ...eventAbout({
    ...{ type: 'rollback.step-applied', at: dayZero + id * 1000, service: 'a', runId: 'r1' },
    text: `do ${kind}: done`,
  }),
  id,
}));

test('a rehearsal has no effect; the old version serves once it was waited for', () => {
  const of = (applied: number) => [
    ...milestonesOf({ run: aRun(), steps: steps(applied) }, events.slice(0, applied)),
  ];
  expect(of(1)).toEqual([]);
  expect(of(2)).toEqual([[1, 'first_effect']]);
  expect(of(4)).toEqual([
    [1, 'first_effect'],
    [2, 'traffic_restored'],
  ]);
});
