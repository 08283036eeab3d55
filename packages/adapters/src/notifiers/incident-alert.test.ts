import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { expect, test } from 'vitest';
import { alertKey, digestOf, tellIncident } from './incident-alert.ts';
import type { NotDelivered } from './receiver-client.ts';

const page = { key: 'first', kind: 'rollback_suggested', urgency: 'page' } as const;
const began = { kind: 'rolling_back', urgency: 'info' } as const;
const done = { kind: 'rolled_back', urgency: 'info' } as const;
const remark = { kind: 'rollback_notice', urgency: 'info' } as const;
const refused: NotDelivered = { kind: 'refused', reason: '401' };

interface Circumstances {
  failing?: string;
  passed?: Notification[];
}

async function tell(
  message: Partial<Notification>,
  earlier: Receipt | null,
  { failing, passed = [] }: Circumstances = {},
) {
  const log: string[] = [];
  const does = (what: string) => async (key: string) => {
    log.push(`${what} ${key}`);
    return what === failing ? refused : null;
  };
  const actions = {
    ...{ open: does('open'), acknowledge: does('acknowledge'), close: does('close'), note: does('note') },
  };
  const delivery = await tellIncident({ ...outgoing(message, { earlier }), passed }, String, actions);
  return { log, delivery };
}

const opened = { page: digestOf('first') };
const another = { page: digestOf('second') };
const closed = { page: '' };
const none = '0'.repeat(16);
const [first, second] = [opened.page, another.page];

test.each<[string, Partial<Notification>, Receipt | null, string[], Receipt | undefined]>([
  ['a page opens', page, null, [`open ${first}`], opened],
  ['the same again is the same', page, opened, [`open ${first}`], opened],
  [
    'another opens another',
    { ...page, key: 'second' },
    opened,
    [`open ${second}`, `close ${first}`],
    another,
  ],
  ['a page after the end opens', { ...page, key: 'second' }, closed, [`open ${second}`], another],
  ['a rollback acknowledges', began, another, [`acknowledge ${second}`], undefined],
  ['it asks though nothing stands to acknowledge', began, null, [`acknowledge ${none}`], undefined],
  ['also after the end', began, closed, [`acknowledge ${none}`], undefined],
  [
    'somebody who is at it acknowledges',
    { kind: 'taken_on', urgency: 'info' },
    another,
    [`acknowledge ${second}`],
    undefined,
  ],
  ['verified closes', done, another, [`close ${second}`], closed],
  ['cancelled closes', { kind: 'rollback_cancelled', urgency: 'info' }, opened, [`close ${first}`], closed],
  [
    'called off while it fires on acknowledges',
    { kind: 'still_wrong', urgency: 'info' },
    another,
    [`acknowledge ${second}`],
    undefined,
  ],
  [
    'and calls where nobody called it off',
    { key: 'second', kind: 'still_wrong', urgency: 'page' },
    opened,
    [`open ${second}`, `close ${first}`],
    another,
  ],
  ['over closes', { kind: 'incident_over', urgency: 'info' }, opened, [`close ${first}`], closed],
  ['partly over is a note', { kind: 'partly_over', urgency: 'info' }, another, [`note ${second}`], undefined],
  ['and to close', done, closed, [`close ${none}`], closed],
  ['a remark is a note', remark, another, [`note ${second}`], undefined],
  ['but on nothing', remark, closed, [], undefined],
  ['what is no receipt is none', page, { page: '../1' }, [`open ${first}`], opened],
])('%s', async (_name, message, earlier, log, receipt) => {
  const told = await tell(message, earlier);
  expect(told.log).toEqual(log);
  expect(told.delivery).toEqual(receipt ? { kind: 'delivered', receipt } : { kind: 'delivered' });
});

test('what was passed may have opened an alert: the next page closes it, a rollback acknowledges it, an end closes it', async () => {
  const passed = [page, began].map((one) => outgoing(one, {}).notification);
  const next = await tell({ ...page, key: 'second' }, null, { passed });
  expect(next.log).toEqual([`open ${second}`, `close ${first}`]);
  const under = await tell(began, another, { passed });
  expect(under.log).toEqual([`acknowledge ${first}`, `close ${second}`]);
  expect(under.delivery).toEqual({ kind: 'delivered', receipt: opened });
  const over = await tell(done, another, { passed });
  expect(over.log).toEqual([`close ${second}`, `close ${first}`]);
  expect((await tell(page, null, { passed })).log).toEqual([`open ${first}`]);
});

test('what was not taken is not delivered', async () => {
  expect((await tell(page, null, { failing: 'open' })).delivery).toEqual(refused);
  expect((await tell(page, another, { failing: 'close' })).delivery).toEqual(refused);
  expect((await tell(page, another, { failing: 'open' })).log).toEqual([`open ${first}`]);
  expect((await tell(began, opened, { failing: 'acknowledge' })).delivery).toEqual(refused);
  expect((await tell(done, opened, { failing: 'close' })).delivery).toEqual(refused);
  expect((await tell(remark, opened, { failing: 'note' })).delivery).toEqual(refused);
});

test('a page is one key, whatever its length', () => {
  expect(alertKey({ deploymentId: 'd-42' }, 'a1', 255)).toBe('lastgood/deployment/d-42/a1');
  const long = (id: string) => alertKey({ deploymentId: 'x'.repeat(500) + id }, 'a1', 255);
  expect(long('a')).toHaveLength(255);
  expect(long('a')).toBe(long('a'));
  expect(long('a')).not.toBe(long('b'));
});
