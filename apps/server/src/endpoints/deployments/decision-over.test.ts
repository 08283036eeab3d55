import { initialTriggerState } from '@lastgood/domain';
import {
  aDeployment,
  aSnapshot,
  aTrigger,
  dayZero,
  imageOf,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { decisionOver } from './decision-over.ts';

const slot = dayZero + 120_000;
const trigger = aTrigger();
const firing = (since = slot) => [
  { trigger, state: { ...initialTriggerState, phase: 'firing' as const, since, lastSlot: slot } },
];
const standing = { deployment: aDeployment(), triggers: firing(), activeRunId: null, isNewest: true };
const neverCame = {
  deployment: aDeployment({
    ...{ status: 'failed', registeredImages: { app: imageOf('v2') } },
    changes: [{ kind: 'workload', target: webWorkload, before: aSnapshot(), after: null }],
  }),
  isNewest: false,
};
const waits = { verdict: 'wait' as const, trigger: trigger.name, slot };

test.each<[string, Partial<typeof waits | { verdict: 'suggest' | 'roll_back' }>, object, string | null]>([
  ['a wait while its trigger fires', {}, {}, null],
  [
    'a wait whose trigger has resolved',
    {},
    { triggers: [{ trigger, state: null }] },
    'does not fire any more',
  ],
  ['a wait whose trigger fires anew', {}, { triggers: firing(slot + 1) }, 'does not fire any more'],
  ['a suggestion that is followed', { verdict: 'suggest' }, { activeRunId: 'r1' }, 'is running'],
  [
    'a suggestion that was followed',
    { verdict: 'suggest' },
    { deployment: aDeployment({ status: 'rolled_back' }) },
    'was rolled back',
  ],
  ['a wait that a release ended', {}, { deployment: aDeployment({ supersededBy: 'd3' }) }, 'newer release'],
  ['a wait past its watch', {}, { deployment: aDeployment({ watchClosedAt: slot }) }, null],
  ['a wait past its watch that a release ended', {}, { isNewest: false }, 'newer release'],
  ['a suggestion of what never came', { verdict: 'suggest' }, neverCame, 'nothing of this release'],
  ['what acts', { verdict: 'roll_back' }, { activeRunId: 'r1' }, null],
])('%s', (_words, decision, over, said) => {
  const why = decisionOver({ ...waits, ...decision }, { ...standing, ...over });
  expect(why).toEqual(said === null ? null : expect.stringContaining(said));
});
