import { expect, test } from 'vitest';
import { actorTexts, unseenTexts } from './actor-texts.ts';

const at = '2026-01-05T12:00:14.000Z';
const noon = Date.parse('2026-01-05T12:00:00.000Z');
const alone = { next: null, more: null } as const;
const you = { actor: 'you', count: 16, text: '16 services, common cause edge v235', ...alone } as const;
const next = { words: 'rolls back to v41', at };
const lastgood = { actor: 'lastgood', count: 3, text: 'checkout', next, more: 'and 2 more' } as const;
const nobody = { actor: 'nobody', count: 53, text: '53 watched', ...alone } as const;

test('who acts next is the headline, the others stand below it in the order of the server', () => {
  expect(actorTexts({ title: '', actors: [you, lastgood, nobody] }, noon)).toEqual({
    first: 'You: 16 services, common cause edge v235',
    others: ['Lastgood: checkout, rolls back to v41 in 0:14, and 2 more', 'Nobody: 53 watched'],
  });
});

test('what follows is counted down by the clock, without another word of the server', () => {
  const first = (now: number) => actorTexts({ title: '', actors: [lastgood] }, now).first;
  expect(first(noon + 9_000)).toBe('Lastgood: checkout, rolls back to v41 in 0:05, and 2 more');
  expect(first(noon + 15_000)).toBe('Lastgood: checkout, rolls back to v41 any moment, and 2 more');
});

test('where nobody has to act the title says it all', () => {
  expect(actorTexts({ title: 'All quiet', actors: [nobody] }, noon)).toEqual({
    first: 'All quiet',
    others: [],
  });
  const none = 'No service is declared yet';
  expect(actorTexts({ title: none, actors: [] }, noon)).toEqual({ first: none, others: [] });
});

test('while nobody answers the headline is that nothing is known, and how it stood comes after', () => {
  const quiet = { first: 'All quiet', others: [] };
  const since = new Date(2026, 0, 5, 3, 2, 7).getTime();
  expect(unseenTexts(quiet, since)).toEqual({
    first: 'Unknown since 03:02:07',
    others: ['Last seen: All quiet'],
  });
});
