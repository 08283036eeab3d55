import type { TimelineEvent } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { freshEvents } from './fresh-events.ts';

const event = (id: number): TimelineEvent => ({
  ...{ id, at: '2026-01-05T12:00:00.000Z', type: 'trigger.fired', service: 'prod/shop/web', text: '' },
  ...{ deploymentId: null, runId: null, urgency: 'act' },
});
const ids = (shown: number[], newest: number[]) =>
  freshEvents(shown.map(event), newest.map(event)).map(({ id }) => id);

test.each([
  ['what happened since', [5, 4], [7, 6, 5, 4, 3], [7, 6]],
  ['one whose transaction ended late', [5, 3], [5, 4, 3], [4]],
  ['nothing', [5, 4], [5, 4], []],
  ['all, where nothing is shown', [], [2, 1], [2, 1]],
])('new is %s', (_words, shown, newest, expected) => {
  expect(ids(shown, newest)).toEqual(expected);
});
