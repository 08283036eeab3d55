import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { expect, test } from 'vitest';
import { alertKey, tellIncident } from './incident-alert.ts';
import type { NotDelivered } from './receiver-client.ts';

const page = { kind: 'rollback_suggested', urgency: 'page' } as const;
const began = { kind: 'rolling_back', urgency: 'info' } as const;
const done = { kind: 'rolled_back', urgency: 'info' } as const;
const remark = { kind: 'rollback_notice', urgency: 'info' } as const;
const refused: NotDelivered = { kind: 'refused', reason: '401' };

async function tell(message: Partial<Notification>, earlier: Receipt | null, failing: string | null = null) {
  const log: string[] = [];
  const does = (what: string) => async (key: string) => {
    log.push(`${what} ${key}`);
    return what === failing ? refused : null;
  };
  const actions = {
    ...{ open: does('open'), acknowledge: does('acknowledge'), close: does('close'), note: does('note') },
  };
  const delivery = await tellIncident(outgoing(message, { earlier }), String, actions);
  return { log, delivery };
}

test.each<[Partial<Notification>, Receipt | null, string[], Receipt | undefined]>([
  [page, null, ['open 1'], { round: '1', state: 'open' }],
  [page, { round: '1', state: 'open' }, ['open 1'], { round: '1', state: 'open' }],
  [page, { round: '1', state: 'closed' }, ['open 1'], { round: '1', state: 'open' }],
  [page, { round: '2', state: 'acknowledged' }, ['open 3', 'close 2'], { round: '3', state: 'open' }],
  [began, { round: '2', state: 'open' }, ['acknowledge 2'], { round: '2', state: 'acknowledged' }],
  [began, null, ['acknowledge 1'], { round: '1', state: 'acknowledged' }],
  [done, { round: '2', state: 'acknowledged' }, ['close 2'], { round: '2', state: 'closed' }],
  [remark, null, [], undefined],
  [remark, { round: '1', state: 'closed' }, [], undefined],
  [remark, { round: '2', state: 'acknowledged' }, ['note 2'], undefined],
  [page, { round: '1e9', state: 'x' }, ['open 1'], { round: '1', state: 'open' }],
])('%j after %j does %j', async (message, earlier, log, receipt) => {
  const told = await tell(message, earlier);
  expect(told.log).toEqual(log);
  expect(told.delivery).toEqual(receipt ? { kind: 'delivered', receipt } : { kind: 'delivered' });
});

test('what was not taken is not delivered', async () => {
  const acknowledged = { round: '1', state: 'acknowledged' };
  expect((await tell(page, null, 'open')).delivery).toEqual(refused);
  expect((await tell(page, acknowledged, 'close')).delivery).toEqual(refused);
  expect((await tell(page, acknowledged, 'open')).log).toEqual(['open 2']);
  expect((await tell(began, null, 'acknowledge')).delivery).toEqual(refused);
  expect((await tell(remark, acknowledged, 'note')).delivery).toEqual(refused);
});

test('an incident is one key, whatever its length', () => {
  expect(alertKey({ deploymentId: 'd-42' }, 1, 255)).toBe('lastgood/deployment/d-42');
  expect(alertKey({ deploymentId: 'd-42' }, 2, 255)).toBe('lastgood/deployment/d-42/2');
  const long = (id: string) => alertKey({ deploymentId: 'x'.repeat(500) + id }, 1, 255);
  expect(long('a')).toHaveLength(255);
  expect(long('a')).toBe(long('a'));
  expect(long('a')).not.toBe(long('b'));
});
