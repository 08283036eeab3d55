import type { RunView, TimelineEvent } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { mergeTimelines } from './merge-timelines.ts';

const event = (id: number, runId: string | null, second = id): TimelineEvent => ({
  id,
  at: new Date(second * 1000).toISOString(),
  type: 'trigger.fired',
  urgency: 'act',
  service: 's',
  deploymentId: 'd',
  runId,
  text: `event ${id}`,
});

const view = (finishedSecond: number | null, timeline: TimelineEvent[]) =>
  ({
    run: {
      id: 'r1',
      finishedAt: finishedSecond === null ? null : new Date(finishedSecond * 1000).toISOString(),
    },
    timeline,
  }) as RunView;

test('what led to the run comes first, each event once', () => {
  const merged = mergeTimelines(view(null, [event(3, 'r1'), event(4, 'r1')]), [
    event(1, null),
    event(3, 'r1'),
  ]);
  expect(merged.map(({ id }) => id)).toEqual([1, 3, 4]);
});

test('another run of the deployment and what came after the end stay out', () => {
  const merged = mergeTimelines(view(10, [event(5, 'r1')]), [
    event(2, 'r0'),
    event(4, null),
    event(20, null),
  ]);
  expect(merged.map(({ id }) => id)).toEqual([4, 5]);
});
