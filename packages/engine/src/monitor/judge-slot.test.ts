import type { Watched } from '@lastgood/domain';
import { aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { judgeSlot, slotCommit } from './judge-slot.ts';

const slot = dayZero + 40 * minute;
const ended = {
  ...({ status: 'completed', completedAt: dayZero, watchEndsAt: slot - minute } as const),
  watchClosedAt: null,
};

const watched = (over: Partial<Watched>): Watched => ({
  ...{ deployment: aDeployment(ended), service: aService(), triggers: [], between: [] },
  ...{ lastAttemptAt: null, activeRunId: null, isTakenBack: false, lastKnownGood: null },
  ...{ lastDecision: null, acknowledgement: null, dependencyEvidence: [] },
  ...over,
});

it.each<[string, Partial<Watched>, number]>([
  ['is closed when its window has passed', {}, 1],
  ['stays while a run is active', { activeRunId: 'r1' }, 0],
  ['stays when its rollback has ended since what is read was looked up', { isTakenBack: true }, 0],
])('a watch %s', (_words, over, ends) => {
  const newId = () => 'x';
  const commit = slotCommit(judgeSlot([watched(over)], [], slot, newId), [], {
    ...{ slot, intervalMs: 15_000, standingMs: minute, now: slot, lateMs: 0, newId, asked: () => [] },
    fleet: { automaticInLastHour: 0, trippedInSlot: 0 },
    brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
  });
  expect(commit.deployments).toHaveLength(ends);
});
