import { aNotifier } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { NotifyEvent, NotifyRoute } from '../service/notify-route.ts';
import { testedPlaces } from './tested-places.ts';

const notifiers = [aNotifier('chat'), aNotifier('pager')];

function places(...routes: NotifyRoute[]) {
  return testedPlaces({ notifiers, routes }).map(({ notifier, onlyRecords, noPages }) => [
    notifier,
    onlyRecords ? 'records' : noPages ? 'quiet' : 'pages',
  ]);
}

const all = { to: [{ notifier: 'pager' }] };

test.each<[NotifyEvent[] | undefined, string]>([
  [undefined, 'pages'],
  [['rolled_back', 'drill_overdue'], 'quiet'],
  [['rolled_back', 'stopped'], 'pages'],
  [['verified', 'readiness_lost'], 'quiet'],
  [['verified'], 'records'],
])('a place that a route of %j leads to is sent what that carries', (events, carried) =>
  expect(places({ to: [{ notifier: 'chat' }], ...(events && { events }) }, all)).toEqual([
    ['chat', carried],
    ['pager', 'pages'],
  ]),
);

test('what is told in the stead of a quiet route is quiet, and a page where another route leads one there', () => {
  const quiet: NotifyRoute = {
    ...{ to: [{ notifier: 'chat' }], fallback: [{ notifier: 'pager' }] },
    events: ['rolled_back'],
  };
  const rest: NotifyRoute = { to: [{ notifier: 'chat', to: '#all' }] };
  expect(places(quiet, rest)).toEqual([
    ['chat', 'quiet'],
    ['pager', 'quiet'],
    ['chat', 'pages'],
  ]);
  expect(places(quiet, all)).toEqual([
    ['chat', 'quiet'],
    ['pager', 'pages'],
  ]);
});

test('who hears what no route is for is sent a page only where that may be one', () => {
  const pages: NotifyEvent[] = [
    ...(['suggested', 'waiting', 'stopped', 'cancelled'] as const),
    ...(['rollout_failed', 'version_back', 'notice'] as const),
  ];
  expect(places({ to: [{ notifier: 'chat', to: '#ops' }], events: pages })).toEqual([
    ['chat', 'pages'],
    ['chat', 'quiet'],
    ['pager', 'quiet'],
  ]);
  expect(places({ to: [{ notifier: 'chat', to: '#ops' }], events: pages.slice(1) })).toContainEqual([
    ...['pager', 'pages'],
  ]);
});
