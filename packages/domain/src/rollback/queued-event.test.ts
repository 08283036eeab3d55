import { aMember, aRun } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { queuedEvents } from './queued-event.ts';

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
  expect(queuedEvents(run, (id) => named.get(id))[0]?.text).toBe(
    'ada asked for a rollback of v42 → v41 (release 3 → 2)',
  );
  expect(queuedEvents(run, () => undefined)[0]?.text).toBe('ada asked for a rollback');
});

test('of a group it stands with every member, between its own versions', () => {
  const members = [
    aMember({ lane: 0, service: 'main/shop/cart', deploymentId: 'c2', targetDeploymentId: 'c1' }),
    aMember({ lane: 1, deploymentId: 'd2', targetDeploymentId: 'd1' }),
  ];
  const run = aRun({ requester: { kind: 'person', name: 'ada' }, members });
  const named = new Map([
    ['c2', { release: 5, version: 'v9' }],
    ['c1', { release: 4, version: 'v8' }],
  ]);
  expect(
    queuedEvents(run, (id) => named.get(id)).map(({ service, deploymentId, text }) => [
      service,
      deploymentId,
      text,
    ]),
  ).toEqual([
    ['main/shop/cart', 'c2', 'ada asked for a rollback of v9 → v8 (release 5 → 4), with web'],
    ['main/shop/web', 'd2', 'ada asked for a rollback'],
  ]);
});
