import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type NotifyRoute,
  notifyEvents,
  peopleEvents,
  recordEvents,
  type ServiceRoute,
} from '../service/notify-route.ts';
import { aboutService } from './about-service.ts';
import type { KnownNotifier } from './destination.ts';
import {
  goesByRoute,
  type Notification,
  type NotificationKind,
  peopleKinds,
  recordKinds,
} from './notification.ts';
import { eventOfKind, routeBy } from './route.ts';

const notifiers: KnownNotifier[] = [
  { name: 'chat', hears: 'people' },
  { name: 'pager', hears: 'people' },
  { name: 'code', hears: 'records' },
];
const night = { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' };
const atNight = Date.parse('2026-01-10T23:00:00Z');

interface Told {
  kind?: NotificationKind;
  urgency?: Notification['urgency'];
  environment?: string;
  team?: string | null;
  notify?: ServiceRoute[];
  at?: number;
}

function told(over: Told = {}): Notification {
  const { kind = 'rollback_suggested', urgency = 'page', at = atNight } = over;
  const { environment = 'production', team = 'shop', notify = [] } = over;
  return {
    ...{
      key: 'k',
      kind,
      urgency,
      at,
      service: 'a/b/web',
      deploymentId: 'd',
      runId: null,
      title: '',
      text: '',
    },
    ...aboutService({ name: 'web', environment, team, notify }),
  };
}

const sent = (routes: NotifyRoute[], over: Told = {}, known = notifiers) =>
  routeBy({ notifiers: known, routes })(told(over));
const names = (...given: Parameters<typeof sent>) =>
  sent(...given).map(({ notifier, to }) => (to === null ? notifier : `${notifier} ${to}`));
const to = (notifier: string, place?: string) => ({
  notifier,
  ...(place === undefined ? {} : { to: place }),
});

const routed = peopleKinds.filter((kind) => goesByRoute({ kind }));

test('the words of routes name every kind once, and both that a rollback is called off with', () => {
  const words = routed.filter((kind) => kind !== 'still_wrong').map((kind) => eventOfKind[kind]);
  expect(words.toSorted()).toEqual([...peopleEvents].toSorted());
  expect(eventOfKind.still_wrong).toBe(eventOfKind.rollback_cancelled);
  expect(recordKinds.map((kind) => eventOfKind[kind]).toSorted()).toEqual([...recordEvents].toSorted());
});

test.each(['incident_over', 'partly_over', 'taken_on'] as const)('%s goes by no route', (kind) => {
  const over = { kind, urgency: 'info' } as const;
  expect(names([], over)).toEqual([]);
  expect(names([{ to: [to('chat')] }], over)).toEqual([]);
});

test('without a route every notifier that hears of it is told', () => {
  expect(names([])).toEqual(['chat', 'pager']);
  expect(names([], { kind: 'deployment_verified', urgency: 'info' })).toEqual(['code']);
});

describe('the routes of the configuration', () => {
  const routes: NotifyRoute[] = [
    { to: [to('chat', '#staging')], environments: ['staging'] },
    { to: [to('pager', 'shop'), to('chat', '#shop')], teams: ['shop'], events: ['suggested', 'stopped'] },
    { to: [to('chat', '#all')] },
  ];
  test.each<[Told, string[]]>([
    [{ environment: 'staging' }, ['chat #staging']],
    [{}, ['pager shop', 'chat #shop']],
    [{ kind: 'rollback_failed' }, ['pager shop', 'chat #shop']],
    [{ kind: 'rolled_back', urgency: 'info' }, ['chat #all']],
    [{ team: 'till' }, ['chat #all']],
    [{ team: null }, ['chat #all']],
    [{ kind: 'deployment_verified', urgency: 'info' }, ['code']],
  ])('of %j: the first that is for it', (over, expected) => expect(names(routes, over)).toEqual(expected));

  test('one that names a record sends it, and no other does', () => {
    const named: NotifyRoute = { to: [to('code', 'shop/web')], events: ['verified'] };
    expect(names([named], { kind: 'deployment_verified' })).toEqual(['code shop/web']);
    expect(names([named], { kind: 'deployment_failed' })).toEqual(['code']);
  });

  test('what was stored without facts is of no team', () => {
    const { facts: _unknown, ...bare } = told();
    const found = routeBy({ notifiers, routes })(bare);
    expect(found.map((one) => one.to)).toEqual(['#all']);
  });
});

describe("a service's own routes", () => {
  const routes: NotifyRoute[] = [{ to: [to('pager')] }];
  test('replace those of the configuration for what they name', () => {
    const notify: ServiceRoute[] = [{ to: [to('chat', '#web')], events: ['suggested'] }];
    expect(names(routes, { notify })).toEqual(['chat #web']);
    expect(names(routes, { notify, kind: 'rolled_back' })).toEqual(['pager']);
    expect(names(routes, { notify: [{ to: [to('chat')] }], kind: 'rolled_back' })).toEqual(['chat']);
  });

  test('whose notifier is gone, or keeps records only, lose nothing: its fallback, else the next', () => {
    const gone = { to: [to('gone')] };
    expect(names(routes, { notify: [gone] })).toEqual(['pager']);
    expect(names(routes, { notify: [{ to: [to('code')] }] })).toEqual(['pager']);
    expect(names(routes, { notify: [{ ...gone, fallback: [to('chat', '#b')] }] })).toEqual(['chat #b']);
    expect(names([gone], { notify: [gone] })).toEqual(['chat', 'pager']);
  });
});

test('a place is told once, and is no fallback of its own', () => {
  const route = {
    to: [to('chat'), to('chat')],
    fallback: [to('chat'), to('pager'), to('gone'), to('pager')],
  };
  expect(sent([route])).toEqual([
    { notifier: 'chat', to: null, notBefore: null, fallback: [{ notifier: 'pager', to: null }] },
  ]);
});

describe('a page whose route names no fallback', () => {
  const fallbackOf = (routes: NotifyRoute[], over: Told = {}, known = notifiers) =>
    sent(routes, over, known).map(({ fallback }) =>
      fallback.map(({ notifier, to }) => (to === null ? notifier : `${notifier} ${to}`)),
    );
  const pages = { to: [to('pager')], events: ['suggested', 'stopped'] } satisfies NotifyRoute;
  test.each<[string, NotifyRoute[], Told, string[][]]>([
    ['the next that is for it', [pages, { to: [to('chat', '#all')] }], {}, [['chat #all']]],
    [
      'that of the configuration behind a service’s own',
      [{ to: [to('chat', '#all')] }],
      { notify: [{ to: [to('pager', 'web')] }] },
      [['chat #all']],
    ],
    [
      'not one of another team, nor one that leads to the same place or to nobody',
      [
        pages,
        { to: [to('chat', '#till')], teams: ['till'] },
        pages,
        { to: [to('gone')] },
        { to: [to('chat', '#x')] },
      ],
      {},
      [['chat #x']],
    ],
    ['every notifier that tells people, where there is no other', [pages], {}, [['chat']]],
    ['what was told besides is no fallback', [{ to: [to('pager'), to('chat')] }], {}, [[], []]],
    ['nobody, where that is said', [{ ...pages, fallback: [] }, { to: [to('chat')] }], {}, [[]]],
    ['as where those it names are gone', [{ ...pages, fallback: [to('gone')] }], {}, [['chat']]],
    ['nothing that is no page', [pages], { urgency: 'info' }, [[]]],
  ])('%s', (_words, routes, over, expected) => expect(fallbackOf(routes, over)).toEqual(expected));
});

test('in quiet hours what is no page waits, and a page and a record do not', () => {
  const routes: NotifyRoute[] = [
    { to: [to('chat'), to('code')], events: [...notifyEvents], quietHours: night },
  ];
  const held = (over: Told) => sent(routes, over).map(({ notBefore }) => notBefore);
  expect(held({ kind: 'rolled_back', urgency: 'info' })).toEqual([Date.parse('2026-01-11T06:00:00Z')]);
  expect(held({ kind: 'rolled_back', urgency: 'info', at: atNight + 8 * 3_600_000 })).toEqual([null]);
  expect(held({ urgency: 'page' })).toEqual([null]);
  expect(held({ kind: 'deployment_verified', urgency: 'info' })).toEqual([null]);
});

test('a route that is wrong stops nothing: a timezone nobody knows is not quiet, what cannot be read is passed to everybody', () => {
  const lost = { from: '22:00', to: '07:00', timezone: 'Europe/Newtown' };
  const info = { kind: 'rolling_back', urgency: 'info' } as const;
  expect(sent([{ to: [to('chat', '#a')], quietHours: lost }], info)).toEqual([
    { notifier: 'chat', to: '#a', notBefore: null, fallback: [] },
  ]);
  expect(names([{ to: [to('chat', '#a')], quietHours: night }], { ...info, at: Number.NaN })).toEqual([
    'chat',
    'pager',
  ]);
  const foreign = [{ places: ['chat'] }] as unknown as ServiceRoute[];
  expect(names([], { ...info, notify: foreign })).toEqual(['chat', 'pager']);
});

describe('whatever is routed how', () => {
  const place = fc.record(
    { notifier: fc.constantFrom('chat', 'pager', 'code', 'gone'), to: fc.constantFrom('a', 'b') },
    { requiredKeys: ['notifier'] },
  );
  const own = {
    to: fc.array(place, { minLength: 1, maxLength: 3 }),
    events: fc.uniqueArray(fc.constantFrom(...notifyEvents), { minLength: 1 }),
    quietHours: fc.constant(night),
    fallback: fc.array(place, { maxLength: 2 }),
  };
  const some = fc.uniqueArray(fc.constantFrom('production', 'staging', 'shop', 'till'), { minLength: 1 });
  const serviceRoutes = fc.array(fc.record(own, { requiredKeys: ['to'] }), { maxLength: 3 });
  const routes = fc.array(fc.record({ ...own, environments: some, teams: some }, { requiredKeys: ['to'] }), {
    maxLength: 3,
  });
  const known = fc.subarray(notifiers);
  const over = fc.record({
    kind: fc.constantFrom(...routed, ...recordKinds),
    urgency: fc.constantFrom<Notification['urgency']>('page', 'info'),
    team: fc.constantFrom('shop', 'till', null),
    environment: fc.constantFrom('production', 'staging'),
    notify: serviceRoutes,
    at: fc.integer({ min: atNight, max: atNight + 2 * 86_400_000 }),
  });

  test('somebody who hears of it is told, at once if it is a page, nobody twice, and nobody who does not hear of it', () => {
    fc.assert(
      fc.property(routes, over, known, (given, about, there) => {
        const isRecord = about.kind.startsWith('deployment_');
        const hearers = there.filter(({ hears }) => hears === (isRecord ? 'records' : 'people'));
        const found = sent(given, about, there);
        expect(found.length > 0).toBe(hearers.length > 0);
        const all = found.flatMap((one) => [one, ...one.fallback]);
        expect(all.every(({ notifier }) => hearers.some(({ name }) => name === notifier))).toBe(true);
        expect(new Set(found.map((one) => `${one.notifier}/${one.to}`)).size).toBe(found.length);
        if (about.urgency === 'page') expect(found.every(({ notBefore }) => notBefore === null)).toBe(true);
        else expect(found.every((one) => one.notBefore === null || one.notBefore > about.at)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
