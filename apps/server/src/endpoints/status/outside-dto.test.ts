import type { NotifierRow } from '@lastgood/store/views/status-rows';
import { describe, expect, test } from 'vitest';
import { configuredIn } from '../../config/to-config.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import type { ReceiverFault } from '../../outside/receiver-board.ts';
import { createReceivers, type Receivers } from '../../outside/receivers.ts';
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
  const { state, reason, notes } = shown(receivers, { lastDeliveredAt }) ?? {};
  return { state, reason, notes: notes?.length };
}

function shown(receivers: Receivers, over: Partial<NotifierRow>) {
  const row: NotifierRow = {
    ...{ name: 'chat', waiting: 0, oldestWaitingAt: null, triedInVain: 0, lastError: null, failed: 0 },
    ...{ lastGivenUp: null, fellBack: 0, lastDeliveredAt: null, lastTried: null },
    ...over,
  };
  const notifiers = [{ kind: 'slack', name: 'chat', clusters: null, settings: {} }];
  const settings = { version: '0', replica: 'a', judging: aJudging, retentionDays: 1, clusterDeadlineMs: 1 };
  const deps = {
    sources: createSourceBoard(),
    configured: { ...configuredIn({}, String), notifiers },
    receivers,
    settings,
    clock: { ...createRealClock(), now: () => Date.UTC(2026, 0, 5, 13) },
  };
  return toOutside(deps, [], [row]).find(({ name }) => name === 'chat');
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

describe('a receiver that was asked and finds no fault after a message did not arrive', () => {
  const [early, tried, late] = [11, 12, 12.5].map((hour) => Date.UTC(2026, 0, 5, 0, hour * 60)) as [
    number,
    number,
    number,
  ];
  const place = { notifier: 'chat', to: '#ops' };
  const notesAfter = (soundAt: number, over: Partial<NotifierRow>, at = place) => {
    const receivers = createReceivers();
    receivers.board.foundSound(at, soundAt);
    const { state, notes = [] } = shown(receivers, over) ?? {};
    return { state, notes: notes.filter((one) => one.includes('finds nothing wrong')) };
  };
  const refused = { failed: 1, lastGivenUp: { reason: 'invalid_auth', to: '#ops', at: tried } };
  const waits = {
    ...{ waiting: 1, triedInVain: 1, oldestWaitingAt: early, lastError: 'invalid_auth' },
    lastTried: { to: '#ops', at: tried },
  };

  test('stays down, and what is known by which is said', () => {
    const known =
      'chat (#ops): asked at 12:30:00 UTC, its receiver finds nothing wrong with its settings; but the last message, at 12:00:00 UTC, did not arrive.';
    expect(notesAfter(late, refused)).toEqual({
      state: 'down',
      notes: [`${known} lastgood notify test shows whether one arrives.`],
    });
    expect(notesAfter(late, waits)).toEqual({
      state: 'down',
      notes: [`${known} What waits is tried again by itself.`],
    });
  });

  test('says nothing by what was found before, elsewhere, or where something arrived since', () => {
    const nothing = { state: 'down', notes: [] };
    expect(notesAfter(early, refused)).toEqual(nothing);
    expect(notesAfter(early, waits)).toEqual(nothing);
    expect(notesAfter(late, refused, { notifier: 'chat', to: '#all' })).toEqual(nothing);
    expect(notesAfter(late, { ...refused, lastDeliveredAt: late })).toEqual({ state: 'up', notes: [] });
  });
});
