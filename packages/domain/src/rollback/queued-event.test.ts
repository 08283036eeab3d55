import { aRun } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { queuedEvent } from './queued-event.ts';

test('who asked, and between which versions; not between what nobody knows', () => {
  const run = aRun({
    deploymentId: 'd3',
    targetDeploymentId: 'd2',
    requester: { kind: 'person', name: 'ada' },
  });
  const named = new Map([
    ['d3', { release: 3, version: 'v42' }],
    ['d2', { release: 2, version: 'v41' }],
  ]);
  expect(queuedEvent(run, (id) => named.get(id)).text).toBe(
    'ada asked for a rollback of v42 → v41 (release 3 → 2)',
  );
  expect(queuedEvent(run, () => undefined).text).toBe('ada asked for a rollback');
});
