import type { NowView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { nowCards } from './now-cards.ts';

const row = (service: string, actor: string, state = 'firing', activeRunId: string | null = null) => ({
  deploymentId: `d-${service}`,
  service,
  activeRunId,
  standing: { actor, state },
});
const run = (id: string, status: string, verdict: string | null = null) => ({ run: { id, status, verdict } });
const view = (change: object) =>
  ({ attention: [], watched: [], runs: [], fleet: { groups: [] }, ...change }) as unknown as NowView;
const told = (change: object) => nowCards(view(change)).cards.map(({ key, place }) => `${place}: ${key}`);

test('what nobody handles stands above work in hand, whatever the server listed first', () => {
  const attention = [row('payments', 'lastgood', 'pending'), row('search', 'you')];
  expect(told({ attention, runs: [run('r1', 'running'), run('r2', 'stopped')] })).toEqual([
    'you: run r2',
    'you: row d-search',
    'lastgood: run r1',
    'lastgood: row d-payments',
  ]);
});

test('services that fail together are one card with their rows folded in it', () => {
  const group = { cause: { kind: 'deploy', name: 'edge v235' }, services: ['web', 'search'] };
  const attention = [row('web', 'you'), row('cart', 'you'), row('search', 'you')];
  const { cards } = nowCards(view({ attention, fleet: { groups: [group] } }));
  expect(cards.map(({ key }) => key)).toEqual(['group deploy edge v235', 'row d-cart']);
  expect(cards[0]).toMatchObject({ rows: [{ service: 'web' }, { service: 'search' }] });
});

test('what is calm is a line, and what somebody has taken note of keeps its card', () => {
  const watched = [row('web', 'nobody', 'watched'), row('cart', 'nobody', 'acknowledged')];
  const { cards, calm } = nowCards(view({ watched }));
  expect(calm.map(({ service }) => service)).toEqual(['web']);
  expect(cards.map(({ key, place }) => [key, place])).toEqual([['row d-cart', 'nobody']]);
});

test('a run that can still be undone keeps the card it was asked for from; later it is its run', () => {
  const attention = [row('web', 'you', 'firing', 'r1')];
  expect(told({ attention, runs: [run('r1', 'queued')] })).toEqual(['you: row d-web', 'lastgood: run r1']);
  expect(told({ attention, runs: [run('r1', 'running')] })).toEqual(['lastgood: run r1']);
});

test('runs that are over and well are no cards', () => {
  const runs = [run('r1', 'done', 'passed'), run('r2', 'done', 'failed'), run('r3', 'cancelled')];
  const { cards, over } = nowCards(view({ runs }));
  expect(cards.map(({ key }) => key)).toEqual(['run r2']);
  expect(over.map(({ run: { id } }) => id)).toEqual(['r1', 'r3']);
});

test('a group stands where its worst member does: work in hand is not put to a person', () => {
  const fleet = { groups: [{ cause: { kind: 'dependency', name: 'search' }, services: ['web', 'search'] }] };
  const place = (...actors: string[]) => {
    const attention = [row('web', actors[0] ?? '', 'pending'), row('search', actors[1] ?? '', 'pending')];
    return nowCards(view({ attention, fleet })).cards.map((card) => card.place);
  };
  expect(place('lastgood', 'lastgood')).toEqual(['lastgood']);
  expect(place('lastgood', 'you')).toEqual(['you']);
});

test('what fires stands above what cannot be seen, alone or together, also where the list came in another order', () => {
  const group = { cause: { kind: 'cluster', name: 'far' }, services: ['web', 'cart'] };
  const attention = [
    row('web', 'you', 'unseen'),
    row('cart', 'you', 'unseen'),
    row('search', 'you', 'unseen'),
    row('checkout', 'you', 'firing'),
  ];
  expect(told({ attention, fleet: { groups: [group] }, runs: [run('r2', 'stopped')] })).toEqual([
    'you: run r2',
    'you: row d-checkout',
    'you: group cluster far',
    'you: row d-search',
  ]);
});
