import { aNotifier, aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { type NotifyRoute, recordEvents, type ServiceRoute } from '../service/notify-route.ts';
import { reachedPlaces } from './reached-places.ts';

const notifiers = [aNotifier('chat'), aNotifier('pager'), aNotifier('code', 'records')];

function reached(routes: NotifyRoute[], notify: ServiceRoute[] = []): string[] {
  return reachedPlaces({ notifiers, routes }, aService({ notify, team: 'shop' })).map(
    ({ notifier, to, routes: by }) => `${notifier}${to ?? ''} by ${by.join(' and ')}`,
  );
}

const code = 'code by what no route is for';

describe('where something of a service goes', () => {
  it('is every notifier where no route is for it', () =>
    expect(reached([{ to: [{ notifier: 'pager' }], teams: ['till'] }])).toEqual([
      'chat by what no route is for',
      'pager by what no route is for',
      code,
    ]));

  it('is not where a route leads that another one stands before', () =>
    expect(reached([{ to: [{ notifier: 'pager' }] }], [{ to: [{ notifier: 'chat', to: '#web' }] }])).toEqual([
      'chat#web by notify.0 of the service',
      code,
    ]));

  it('is where it goes by each event, with whom a route names to be told instead', () => {
    const pages: NotifyRoute = {
      to: [{ notifier: 'pager' }],
      events: ['stopped'],
      fallback: [{ notifier: 'chat' }],
    };
    expect(reached([pages, { to: [{ notifier: 'chat', to: '#all' }] }])).toEqual([
      'chat#all by notifications.routes.1',
      'pager by notifications.routes.0',
      'chat by notifications.routes.0, fallback',
      code,
    ]);
  });

  it('is without pages where only quiet events of it go', () => {
    const quiet: ServiceRoute = { to: [{ notifier: 'chat' }], events: ['rolled_back', 'rolling_back'] };
    const places = reachedPlaces(
      { notifiers, routes: [{ to: [{ notifier: 'pager' }] }] },
      aService({ notify: [quiet], team: 'shop' }),
    );
    expect(places.map(({ notifier, noPages = false }) => [notifier, noPages])).toEqual([
      ['pager', false],
      ['chat', true],
      ['code', false],
    ]);
  });

  it('is for records alone where its own routes take all that people are told', () => {
    const both = [aNotifier('chat'), aNotifier('pager', 'both')];
    const places = (notify: ServiceRoute[]) =>
      reachedPlaces({ notifiers: both, routes: [] }, aService({ notify, team: 'shop' })).map(
        ({ notifier, onlyRecords = false }) => [notifier, onlyRecords],
      );
    expect(places([{ to: [{ notifier: 'chat' }] }])).toEqual([
      ['chat', false],
      // Change events, as no route takes these.
      ['pager', true],
    ]);
    expect(places([{ to: [{ notifier: 'chat' }], events: ['notice'] }])).toEqual([
      ['chat', false],
      ['pager', false],
    ]);
    expect(places([{ to: [{ notifier: 'chat' }], fallback: [{ notifier: 'pager' }] }])).toEqual([
      ['chat', false],
      ['pager', false],
    ]);
  });

  it('names what a route of it names that is gone, and where it goes instead', () =>
    expect(reached([], [{ to: [{ notifier: 'renamed' }] }]).slice(0, 2)).toEqual([
      'renamed by notify.0 of the service',
      'chat by what no route is for',
    ]));

  it('is no record where a route has its own place for each of them', () =>
    expect(
      reached([
        {
          to: [{ notifier: 'code', to: 'acme/shop' }],
          events: [...recordEvents],
        },
      ]).at(-1),
    ).toBe('codeacme/shop by notifications.routes.0'));
});
