import { messageOf, type Notification, type Outgoing, type Place } from '@lastgood/domain';
import { createInMemoryNotifier, type InMemoryNotifier } from '@lastgood/testkit/fakes/in-memory-notifier';
import { aService, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';
import { createNotificationDelivery, type NotificationDelivery } from './deliver-notifications.ts';

const hour = 60 * minute;
const refused = { kind: 'refused', reason: 'channel_not_found' } as const;
const ops: Place = { notifier: 'chat', to: '#ops' };
const pager: Place = { notifier: 'pager', to: null };

let engine: TestEngine;
let [chat, page]: InMemoryNotifier[] = [];
let delivery: NotificationDelivery;
let givenUp: string[];
let late: string[];
let count = 0;

beforeEach(async () => {
  engine = createTestEngine({
    notifiers: ['chat', 'pager'],
    route: () => [{ ...ops, notBefore: null, fallback: [pager] }],
  });
  await engine.store.services.apply(aService(), 'test', dayZero);
  chat = createInMemoryNotifier('chat');
  page = createInMemoryNotifier('pager');
  givenUp = [];
  late = [];
  delivery = createNotificationDelivery({
    outbox: engine.store.outbox,
    notifiers: [chat, page],
    clock: engine.time.clock,
    replica: 'one',
    publicUrl: null,
    ...{ batch: 10, leaseMs: 30 * second, deliverWithinMs: 10 * second },
    onGivenUp: ({ notifier }) => givenUp.push(notifier),
    onLate: ({ notification }) => late.push(notification.title),
  });
});

async function say(over: Partial<Notification> = {}): Promise<Notification> {
  count += 1;
  const notification: Notification = {
    ...{ key: `key-${count}`, kind: 'rollback_failed', urgency: 'page', at: engine.time.now() },
    ...{
      service: 'main/shop/web',
      deploymentId: 'd2',
      runId: 'r1',
      title: `web ${count}`,
      text: 'It stopped.',
    },
    ...over,
  };
  await engine.commit({ notifications: [notification] });
  return notification;
}

/** As the loops would, every second. */
async function loop(forMs: number): Promise<void> {
  for (const until = engine.time.now() + forMs; ; await engine.time.pass(second)) {
    for (const name of ['chat', 'pager']) while ((await delivery.deliverDue(name, engine.forever)) > 0);
    if (engine.time.now() >= until) return;
  }
}

/** As the fallback is told it: since when its own place is in trouble, and when that was told. */
const instead = (told: Notification, since: number, at: number, refused = true): Notification => ({
  ...told,
  insteadOf: { ...ops, since: dayZero + since, refused, at: dayZero + at },
});

const rows = (notifier: string) => engine.store.world.outbox.filter((row) => row.notifier === notifier);

it('is tried for an hour where it is refused, then it is an event, a figure and goes to the fallback', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  const told = await say({ urgency: 'info' });
  await loop(hour - second);
  expect(rows('chat')).toMatchObject([{ status: 'pending', lastError: 'channel_not_found' }]);
  expect(page?.delivered).toEqual([]);
  expect(givenUp).toEqual([]);
  await loop(2 * second);
  expect(rows('chat')).toMatchObject([{ status: 'failed', lastError: 'channel_not_found' }]);
  expect(page?.delivered).toEqual([instead(told, 0, hour)]);
  expect(givenUp).toEqual(['chat']);
  const text =
    `“${told.title}” did not reach chat (#ops) and is given up: refused since 12:00:00 UTC (1 h): channel_not_found. ` +
    'Look at the settings of chat under notifiers in the configuration, and that #ops is still there and open to it. ' +
    'It goes to pager now.';
  expect(engine.events('notification.failed')).toMatchObject([
    { text, service: 'main/shop/web', data: { notifier: 'chat', to: '#ops', reason: 'channel_not_found' } },
  ]);
  expect(chat?.attempts).toBeGreaterThan(15);
  expect(chat?.attempts).toBeLessThan(25);
});

it('arrives when what refused it is put right within the hour, and is no event', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  const told = await say({ urgency: 'info' });
  await loop(20 * minute);
  chat?.recover();
  await loop(5 * minute);
  expect(chat?.delivered).toEqual([told]);
  expect(page?.delivered).toEqual([]);
  expect(engine.events('notification.failed')).toEqual([]);
});

it('tells the fallback of a page that is refused for two minutes, once, and goes on with the first', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  const told = await say();
  await loop(2 * minute - second);
  expect(page?.delivered).toEqual([]);
  await loop(11 * second);
  const elsewhere = instead(told, 0, 2 * minute);
  expect(page?.delivered).toEqual([elsewhere]);
  expect(messageOf(elsewhere, null).facts).toEqual([
    { name: 'Told here', value: 'chat (#ops) has refused this since 2026-01-05 12:00:00 UTC (for 2 min).' },
  ]);
  expect(engine.events('notification.failed')).toEqual([]);
  chat?.recover();
  await loop(5 * minute);
  expect(chat?.delivered).toEqual([told]);
  await loop(hour);
  expect(page?.delivered).toEqual([elsewhere]);
});

it('says so in an event and to whoever counts, for each page and for nothing beside it', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  await say({ urgency: 'info' });
  const told = await say();
  await loop(2 * minute + 11 * second);
  const text =
    `“${told.title}” does not reach chat (#ops): it is refused since 12:00:00 UTC (2 min): channel_not_found. ` +
    'It goes to pager besides. That place is still tried.';
  const data = {
    notifier: 'chat',
    to: '#ops',
    reason: 'channel_not_found',
    since: dayZero,
    fallback: [pager],
  };
  expect(engine.events('notification.fell-back')).toMatchObject([{ text, deploymentId: 'd2', data }]);
  expect(late).toEqual([told.title]);
  expect(page?.delivered).toHaveLength(2);
});

it('says so of a page that has no fallback, once', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  page?.failNext();
  const told = await say();
  await loop(8 * minute);
  expect(engine.events('notification.late')).toMatchObject([
    {
      text:
        `“${told.title}” does not reach pager: it is tried in vain since 12:02:00 UTC (5 min): told to fail. ` +
        'There is no fallback: nobody else is told. That place is still tried.',
      data: { notifier: 'pager', fallback: [] },
    },
  ]);
});

it('tells whoever was woken in its stead how it goes on, also where the place works again', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  const stopped = await say();
  await loop(3 * minute);
  const goesOn = await say({ urgency: 'info' });
  await loop(11 * second);
  const keys = () => page?.delivered.map(({ key }) => key);
  expect(keys()).toEqual([stopped.key, goesOn.key]);
  chat?.recover();
  await loop(5 * minute);
  const over = await say({ urgency: 'info', kind: 'rolled_back' });
  await loop(2 * second);
  expect(chat?.delivered).toEqual([stopped, goesOn, over]);
  expect(keys()).toEqual([stopped.key, goesOn.key, over.key]);
  expect(page && messageOf(page.delivered[2] ?? over, null).facts).toEqual([
    { name: 'Told here', value: 'An earlier message of this did not reach chat (#ops) in time.' },
  ]);
  expect(engine.events('notification.fell-back')).toHaveLength(1);
});

it('tells the fallback of a page whose receiver is away for five minutes', async () => {
  chat?.failNext();
  const told = await say();
  await loop(5 * minute - second);
  expect(page?.delivered).toEqual([]);
  await loop(11 * second);
  expect(page?.delivered).toEqual([instead(told, 0, 5 * minute, false)]);
  await loop(2 * hour);
  expect(rows('chat')).toMatchObject([{ status: 'pending' }]);
});

it('sends what is due though what is late cannot be told to anybody, as where another replica is faster', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  await say();
  await loop(2 * minute - second);
  let asked = 0;
  const fallBack = async () => {
    asked += 1;
    return false;
  };
  const slower = createNotificationDelivery({
    outbox: { ...engine.store.outbox, fallBack },
    notifiers: chat && page ? [chat, page] : [],
    ...{ clock: engine.time.clock, replica: 'two', publicUrl: null },
    ...{ batch: 10, leaseMs: 30 * second, deliverWithinMs: 10 * second },
  });
  chat?.recover();
  await engine.time.pass(5 * minute);
  expect(await slower.deliverDue('chat', engine.forever)).toBe(1);
  expect(asked).toBe(1);
  expect(chat?.delivered).toHaveLength(1);
});

it('says in the end when and to whom a page went meanwhile', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  await say();
  await loop(hour + second);
  expect(engine.events('notification.failed')[0]?.text).toMatch(/ It went to pager at 12:02:\d\d UTC\.$/);
  expect(page?.delivered).toHaveLength(1);
});

it('lets no page wait behind a message that is refused, and tells the fallback in order', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  const begun = await say({ urgency: 'info' });
  await loop(10 * minute);
  expect(page?.delivered).toEqual([]);
  const stopped = await say();
  await loop(11 * second);
  expect(page?.delivered).toEqual([begun, stopped].map((one) => instead(one, 0, 10 * minute + 10 * second)));
});

it('tells the fallback at once of a page for a place that has refused another incident for long', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  await say({ urgency: 'info', deploymentId: 'd1' });
  await loop(30 * minute);
  const [since, told] = [engine.time.now(), await say()];
  await loop(11 * second);
  expect(page?.delivered).toMatchObject([{ key: told.key }]);
  expect(engine.events('notification.fell-back')[0]?.text).toContain(
    'does not reach chat (#ops): nothing is taken there, it is refused since 12:00:00 UTC (30 min 10 s)',
  );
  expect(since).toBe(dayZero + 30 * minute);
});

it('gives up what waits behind a refused message an hour after it was due, not an hour after the first was given up', async () => {
  chat?.failNext(Number.POSITIVE_INFINITY, refused);
  for (let n = 0; n < 3; n += 1) {
    await say({ urgency: 'info' });
    await loop(2 * minute);
  }
  await loop(hour - 90 * second);
  expect(rows('chat').map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
});

it('tries a page at once at a receiver that hangs though hundreds of others wait for it', async () => {
  if (chat) chat.deliver = () => new Promise(() => {});
  for (let n = 0; n < 200; n += 1) await say({ urgency: 'info', deploymentId: `x${n}` });
  const waiting = delivery.deliverDue('chat', engine.forever);
  await engine.time.pass(minute);
  await waiting;
  await say();
  const next = delivery.deliverDue('chat', engine.forever);
  await engine.time.pass(minute);
  await next;
  expect(rows('chat').at(-1)).toMatchObject({ attempts: 1 });
});

it.each(['refused', 'retry'] as const)(
  'lets a page pass a message that its place does not take (%s), and says that it is not sent any more',
  async (kind) => {
    const sent: string[] = [];
    if (chat)
      chat.deliver = async ({ notification }) => {
        if (notification.urgency === 'info') return { kind, reason: 'msg_blocks_too_long', afterMs: null };
        sent.push(notification.key);
        return { kind: 'delivered' };
      };
    const begun = await say({ urgency: 'info' });
    const stopped = await say();
    await loop(30 * second);
    expect(sent).toEqual([stopped.key]);
    const text =
      `“${begun.title}” is not sent to chat (#ops) any more: “${stopped.title}”, which came later, arrived there. ` +
      'It was tried in vain since 12:00:00 UTC (';
    const said = engine.events('notification.overtaken');
    expect(said).toMatchObject([{ text: expect.stringContaining(text), data: { key: begun.key } }]);
    await loop(2 * hour);
    expect(rows('chat').map(({ status }) => status)).toEqual(['overtaken', 'delivered']);
    expect(engine.events('notification.failed')).toEqual([]);
    expect(page?.delivered).toEqual([]);
  },
);

it('keeps the order of an incident, gives each what was answered to the one before, and lets no other wait', async () => {
  const sent: Outgoing[] = [];
  let isAway = true;
  const away = { kind: 'retry', reason: 'away', afterMs: null } as const;
  if (chat)
    chat.deliver = async (outgoing) => {
      if (isAway && outgoing.notification.deploymentId === 'd2') return away;
      sent.push(outgoing);
      return { kind: 'delivered', receipt: { ts: outgoing.notification.key } };
    };
  const [first, second, other] = [await say(), await say(), await say({ deploymentId: 'd1' })];
  await loop(2_000);
  expect(sent.map(({ notification }) => notification)).toEqual([other]);
  isAway = false;
  await loop(5_000);
  expect(sent.slice(1).map(({ notification, to, earlier }) => [notification, to, earlier])).toEqual([
    [first, '#ops', null],
    [second, '#ops', { ts: first.key }],
  ]);
});
