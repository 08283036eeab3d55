import { type Notifier, type NotifierFault, type NotifyRoute, recordEvents } from '@lastgood/domain';
import { aService } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { createRealClock } from '../loops/real-clock.ts';
import { probeReceivers } from './probe-receivers.ts';
import { createReceivers } from './receivers.ts';
import { faultInWords, unheardInWords } from './receivers-in-words.ts';
import { createReceiverWatch } from './watch-receivers.ts';

const never = () => new AbortController().signal;
const clock = createRealClock();
const revoked: NotifierFault = { setting: 'token', reason: 'The token was revoked.', advice: 'Make one.' };
const missing: NotifierFault = { setting: null, reason: 'There is no such channel.', advice: 'Make it.' };

function aReceiver(name: string, probe?: Notifier['probe']): Notifier {
  const deliver: Notifier['deliver'] = async () => ({ kind: 'delivered' });
  return { name, hears: 'people', deliver, ...(probe && { probe }) };
}

function begin(notifiers: Notifier[], routes: NotifyRoute[] = [], services = [aService()]) {
  const receivers = createReceivers({ notifiers, routes });
  const logged: { level: string; path?: string; to: string | null }[] = [];
  const tell = (level: string) => (said: object) => void logged.push({ level, ...said } as never);
  const log = { warn: tell('warn'), info: tell('info') } as never;
  const watch = createReceiverWatch({ receivers, services: async () => services, clock, log });
  return { receivers, logged, watch };
}

test('what a receiver says is wrong is logged once with the path of the setting, and once that it is put right', async () => {
  let fault: NotifierFault | null | 'unknown' = revoked;
  const { receivers, logged, watch } = begin([aReceiver('hook'), aReceiver('chat', async () => fault)]);
  await watch(never());
  await watch(never());
  expect(receivers.board.faultsAt('chat').map(faultInWords)).toEqual([
    'notifiers.1.token: chat: The token was revoked. Make one.',
  ]);
  // Too busy to say: what was known stands.
  fault = 'unknown';
  await watch(never());
  expect(receivers.board.faultsAt('chat')).toHaveLength(1);
  expect(
    unheardInWords(receivers, aService({ notify: [{ to: [{ notifier: 'chat' }], fallback: [] }] })),
  ).not.toBeNull();
  expect(receivers.board.soundAt({ notifier: 'chat', to: null })).toBeNull();
  fault = null;
  await watch(never());
  expect(receivers.board.faultsAt('chat')).toEqual([]);
  expect(receivers.board.soundAt({ notifier: 'chat', to: null })).not.toBeNull();
  expect(logged.map(({ level, path }) => [level, path])).toEqual([
    ['warn', 'notifiers.1.token'],
    ['info', undefined],
  ]);
});

test('every place that a route of the configuration or of a service names is asked about once', async () => {
  const asked: (string | null)[] = [];
  const chat = aReceiver('chat', async (to) => {
    asked.push(to);
    return to === '#gone' ? missing : null;
  });
  const routes: NotifyRoute[] = [{ to: [{ notifier: 'chat', to: '#all' }] }];
  const own = (name: string) => aService({ name, notify: [{ to: [{ notifier: 'chat', to: '#gone' }] }] });
  const { receivers, watch, logged } = begin([chat], routes, [own('web'), own('till')]);
  await watch(never());
  expect(asked.toSorted()).toEqual(['#all', '#gone', null]);
  expect(receivers.board.faultOf({ notifier: 'chat', to: '#gone' })?.reason).toBe(
    'There is no such channel.',
  );
  expect(logged).toMatchObject([{ path: expect.stringMatching(/^notify\.0 of the service main\/shop\//) }]);
});

test('where there are very many places all of them have their turn', async () => {
  const asked: (string | null)[] = [];
  const chat = aReceiver('chat', async (to) => {
    asked.push(to);
    return null;
  });
  const notify = Array.from({ length: 250 }, (_, n) => ({ to: [{ notifier: 'chat', to: `#${n}` }] }));
  const services = notify.map((route, n) => aService({ name: `s${n}`, notify: [route] }));
  const { watch } = begin([chat], [], services);
  await watch(never());
  expect(asked).toHaveLength(200);
  await watch(never());
  expect(new Set(asked)).toEqual(new Set([null, ...notify.map(({ to: [place] }) => place?.to)]));
  await watch(never());
  expect(asked).toHaveLength(251 + 200);
});

test('what was wrong with a place is forgotten once no route names it any more', async () => {
  const chat = aReceiver('chat', async (to) => (to === null ? null : missing));
  const services = ['web', 'till'].map((name) =>
    aService({ name, notify: [{ to: [{ notifier: 'chat', to: `#${name}` }] }] }),
  );
  const { receivers, watch } = begin([chat], [], services);
  const places = () => receivers.board.faultsAt('chat').map(({ to }) => to);
  await watch(never());
  expect(places()).toEqual(['#web', '#till']);
  services.pop();
  await watch(never());
  expect(places()).toEqual(['#web']);
});

test('what a declared route names that is not there any more is logged once', async () => {
  const quietHours = { from: '22:00', to: '07:00', timezone: 'Europe/Newtown' };
  const notify = [{ to: [{ notifier: 'chat' }, { notifier: 'oncall' }], quietHours }];
  const { watch, logged } = begin(
    [aReceiver('chat')],
    [],
    [aService({ notify }), aService({ name: 'till' })],
  );
  await watch(never());
  await watch(never());
  expect(logged).toMatchObject([
    { level: 'warn', service: aService().key, path: 'notify.0.to.1.notifier', found: '"oncall"' },
    { level: 'warn', path: 'notify.0.quietHours.timezone', found: '"Europe/Newtown"' },
  ]);
});

test('of what a receiver says is wrong a few lines are kept', async () => {
  const much = { setting: 'token', reason: 'x'.repeat(100_000), advice: 'y'.repeat(100_000) };
  const { receivers, watch } = begin([aReceiver('chat', async () => much)]);
  await watch(never());
  expect(receivers.board.faultsAt('chat').map(faultInWords).join().length).toBeLessThan(2_100);
});

test('who does not answer, hangs or breaks says nothing, and keeps nobody', async () => {
  const receivers = createReceivers({
    notifiers: [
      aReceiver('hangs', () => new Promise(() => {})),
      aReceiver('breaks', () => Promise.reject(new Error('socket'))),
      aReceiver('throws', () => {
        throw new Error('at once');
      }),
    ],
  });
  const places = ['hangs', 'breaks', 'throws'].map((notifier) => ({ notifier, to: null, routes: [] }));
  expect(await probeReceivers({ receivers, clock, withinMs: 20 }, places, never())).toEqual([]);
  expect(places.map((place) => receivers.board.faultOf(place))).toEqual([null, null, null]);
});

test('a service whose pages reach nobody says so, with the reason; one with a fallback that works does not', async () => {
  expect(unheardInWords(createReceivers(), aService())).toMatch(
    /^Nobody is woken by this service \(suggested, .*: no notifier that tells people/,
  );
  const places = { to: [{ notifier: 'chat' }], fallback: [] };
  const both = [aReceiver('chat', async () => revoked), aReceiver('pager', async () => null)];
  const { receivers, watch } = begin(both, [places]);
  expect(unheardInWords(receivers, aService())).toBeNull();
  await watch(never());
  const said = unheardInWords(receivers, aService());
  expect(said).toContain('notifiers.0.token: chat: The token was revoked. Make one.');
  expect(said).toContain('lastgood notify test --service main/shop/web');
  const saved = aService({ notify: [{ ...places, fallback: [{ notifier: 'pager' }] }] });
  expect(unheardInWords(receivers, saved)).toBeNull();
  expect(unheardInWords(receivers, aService({ notify: [{ to: places.to }] }))).toBeNull();
  const some = aService({ notify: [{ to: [{ notifier: 'pager' }], events: ['suggested', 'stopped'] }] });
  expect(unheardInWords(receivers, some)).toContain(
    '(waiting, cancelled, rollout_failed, version_back, notice)',
  );
});

test('that nobody says where is a fault where something goes there, and none where every route says it', async () => {
  const unplaced = (setting: string) => async (to: string | null) =>
    to === null
      ? { setting, reason: 'Nobody says where.', advice: 'Say it.', unplaced: true as const }
      : null;
  const chat = aReceiver('chat', unplaced('channel'));
  const code: Notifier = { ...aReceiver('code', unplaced('project')), hears: 'records' };
  const places = [{ notifier: 'code', to: 'acme/shop' }];
  const records: NotifyRoute = { to: places, events: [...recordEvents] };
  const all = (to?: string): NotifyRoute => ({ to: [{ notifier: 'chat', ...(to ? { to } : {}) }] });
  const said = async (routes: NotifyRoute[], services = [aService()]) => {
    const { watch, logged, receivers } = begin([chat, code], routes, services);
    await watch(never());
    return { paths: logged.map(({ path }) => path), unheard: unheardInWords(receivers, aService()) };
  };
  expect(await said([all('#ops'), records])).toEqual({ paths: [], unheard: null });
  expect(await said([all(), records])).toEqual({
    paths: ['notifiers.0.channel'],
    unheard: expect.stringContaining('notifiers.0.channel: chat: Nobody says where. Say it.'),
  });
  // By default, of a service that no route is for.
  const teamed = [
    { ...all('#ops'), teams: ['shop'] },
    { ...records, teams: ['shop'] },
  ];
  expect((await said(teamed)).paths).toEqual(['notifiers.0.channel', 'notifiers.1.project']);
});

test('a page that goes only where the last message was refused is said to reach nobody, though nobody can be asked there', () => {
  const receivers = createReceivers({ notifiers: [aReceiver('hook')] });
  const untold = [{ notifier: 'hook', to: null, reason: 'HTTP 410', refused: true, since: 0 }];
  expect(unheardInWords(receivers, aService(), [])).toBeNull();
  expect(unheardInWords(receivers, aService(), untold, 60_000)).toContain(
    'hook has taken nothing since 00:00:00 UTC: HTTP 410. lastgood notify test',
  );
});
