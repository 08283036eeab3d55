import type { MissingRight } from '@lastgood/domain';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { aService } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { createSourceBoard } from './source-board.ts';
import { createRightsWatch } from './watch-rights.ts';

const never = () => new AbortController().signal;
const patch: MissingRight = {
  may: 'patch deployments in namespace shop',
  rule: '{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
  purpose: 'rolling-back',
};

test('a missing right stands on the board of its cluster and is logged once', async () => {
  const rollout = createInMemoryRollout({ now: () => 0 });
  const board = createSourceBoard();
  const logged: unknown[] = [];
  const watch = createRightsWatch({
    services: async () => [aService(), aService()],
    rollout,
    board,
    log: { warn: (...given: unknown[]) => void logged.push(given), info: () => {} },
  });
  board.report('cluster', 'main', { up: true }, 0);
  await watch('main', never());
  expect(board.get('cluster', 'main')?.missingRights).toEqual([]);
  rollout.withhold(patch);
  await watch('main', never());
  await watch('main', never());
  expect(board.get('cluster', 'main')?.missingRights).toEqual([
    'Lastgood may not patch deployments in namespace shop: it cannot roll back. Add to its role: { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
  ]);
  expect(logged).toHaveLength(1);
});

test('what is known of rights outlives a report of health', () => {
  const board = createSourceBoard();
  board.reportRights('main', ['a']);
  board.report('cluster', 'main', { up: false, reason: 'timed out' }, 1);
  expect(board.get('cluster', 'main')).toMatchObject({ missingRights: ['a'], health: { up: false } });
});
