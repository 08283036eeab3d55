import type { NotifierRow } from '@lastgood/store/views/status-rows';
import { expect, test } from 'vitest';
import { configuredIn } from '../../config/to-config.ts';
import type { ReceiverFault } from '../../outside/receiver-board.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import { aJudging } from '../standing/judging-harness.ts';
import { toOutside } from './outside-dto.ts';

const revoked: ReceiverFault = {
  ...{ notifier: 'chat', to: null, path: 'notifiers.0.token', at: 2_000 },
  ...{ reason: 'The token was revoked.', advice: 'Make another one.' },
};

function stateOf(fault: ReceiverFault, lastDeliveredAt: number | null) {
  const receivers = createReceivers();
  receivers.board.report(fault, fault);
  const row: NotifierRow = {
    ...{ name: 'chat', waiting: 0, oldestWaitingAt: null, triedInVain: 0, lastError: null, failed: 0 },
    ...{ lastGivenUp: null, fellBack: 0, lastDeliveredAt },
  };
  const notifiers = [{ kind: 'slack', name: 'chat', clusters: null, settings: {} }];
  const settings = { version: '0', replica: 'a', judging: aJudging, retentionDays: 1, clusterDeadlineMs: 1 };
  const deps = {
    sources: createSourceBoard(),
    configured: { ...configuredIn({}, String), notifiers },
    receivers,
    settings,
  };
  const found = toOutside(deps, [], [row]).find(({ name }) => name === 'chat');
  return { state: found?.state, reason: found?.reason, notes: found?.notes.length };
}

test('a notifier whose receiver says that its token is no good is not up for what arrived before', () => {
  const down = { state: 'down', reason: 'The token was revoked. Make another one.', notes: 1 };
  expect(stateOf(revoked, 1_000)).toEqual(down);
  expect(stateOf(revoked, null)).toEqual(down);
  // It was put right since: something has arrived.
  expect(stateOf(revoked, 3_000)).toMatchObject({ state: 'up' });
});

test('one place of several that is wrong is noted, and the others are up', () => {
  const gone = { ...revoked, to: '#gone', path: 'notifications.routes.0' };
  expect(stateOf(gone, 1_000)).toEqual({ state: 'up', reason: null, notes: 1 });
});
