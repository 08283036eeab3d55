import type { ServiceUses } from '@lastgood/domain';
import type { NotifierRow } from '@lastgood/store/views/status-rows';
import type { UntoldPlace } from '@lastgood/store/views/untold-places';
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

function shown(
  receivers: Receivers,
  over: Partial<NotifierRow>,
  untold: readonly UntoldPlace[] = [],
  services: readonly ServiceUses[] = [],
) {
  const row: NotifierRow = {
    ...{ name: 'chat', waiting: 0, oldestWaitingAt: null, triedInVain: 0, lastError: null, failed: 0 },
    ...{ lastGivenUp: null, fellBack: 0, lastDeliveredAt: null, lastTried: null },
    ...{ unanswered: 0, refusedSince: null, lastToldAt: over.lastDeliveredAt ?? null },
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
  return toOutside(deps, services, { notifiers: [row], untold, signals: { seen: [], kept: [] } }).find(
    ({ name }) => name === 'chat',
  );
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

describe('one channel of several that refuses', () => {
  const uses = (name: string, to: string): ServiceUses => ({
    ...{ key: `main/shop/${name}`, name, cluster: 'main', metricSource: null, watched: false },
    signals: [],
    ...{ notifiers: ['chat'], places: [`chat (${to})`] },
  });
  const services = [uses('mail', 'C0NIGHT'), uses('cart', 'C0OPS'), uses('search', 'C0OPS')];
  const refusedSince = Date.UTC(2026, 0, 5, 12);
  const archived = {
    notifier: 'chat',
    to: 'C0NIGHT',
    reason: 'is_archived',
    refused: true,
    since: refusedSince,
  };
  const waits = {
    ...{ waiting: 2, triedInVain: 1, oldestWaitingAt: refusedSince, lastError: 'is_archived', refusedSince },
    lastTried: { to: 'C0NIGHT', at: refusedSince + 60_000 },
  };
  const seen = (over: Partial<NotifierRow>) =>
    shown(createReceivers(), { ...waits, ...over }, [archived], services);

  test('leaves the receiver up where another one took something since, and says which, and whom it concerns', () => {
    expect(seen({ lastDeliveredAt: refusedSince + 30_000 })).toMatchObject({
      ...{ state: 'up', impact: null, services: 3 },
      notes: [
        'chat (C0NIGHT) has taken nothing since 12:00:00 UTC: is_archived. What happens to 1 service is not told at chat (C0NIGHT): mail.',
      ],
    });
  });

  test('is all that is known to be down where nothing has arrived since', () => {
    const sentence = 'What happens to 1 service is not told at chat (C0NIGHT): mail.';
    for (const lastDeliveredAt of [null, refusedSince - 1])
      expect(seen({ lastDeliveredAt })).toMatchObject({ state: 'down', impact: { sentence } });
  });

  test('is nothing that shows where pages are taken: records may be', () => {
    const arrived = { lastDeliveredAt: refusedSince + 30_000 };
    expect(seen({ ...arrived, lastToldAt: refusedSince - 1 })).toMatchObject({ state: 'down' });
  });

  test('is told of a message that is refused where others are taken', () => {
    const arrived = { lastDeliveredAt: refusedSince + 30_000 };
    expect(shown(createReceivers(), { ...waits, ...arrived })).toMatchObject({
      ...{ state: 'up', notes: ['1 message that waits is refused: is_archived.'] },
    });
  });

  test('is not all that is down where something else is not answered, or the token is no good', () => {
    const sentence = 'What happens to 3 services is not told there: cart, mail and search.';
    const lastDeliveredAt = refusedSince + 30_000;
    expect(seen({ lastDeliveredAt, triedInVain: 2, unanswered: 1 })).toMatchObject({
      ...{ state: 'down', impact: { sentence } },
    });
    const receivers = createReceivers();
    receivers.board.report(revoked, { ...revoked, at: lastDeliveredAt + 1 });
    const dead = shown(receivers, { ...waits, lastDeliveredAt }, [archived], services);
    expect(dead).toMatchObject({ state: 'down', impact: { sentence } });
  });
});
