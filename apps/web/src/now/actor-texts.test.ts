import { expect, test } from 'vitest';
import { actorTexts } from './actor-texts.ts';

const now = Date.UTC(2026, 0, 5, 12);
const next = { words: 'back', at: new Date(now + 8_000).toISOString() };
const you = {
  actor: 'you',
  count: 17,
  lead: '16 services, common cause edge v235',
  rest: ', and 1 more',
} as const;
const lastgood = { actor: 'lastgood', count: 1, lead: 'checkout', rest: '' } as const;
const nobody = { actor: 'nobody', count: 53, lead: '53 watched', rest: '' } as const;
const actors = [
  { ...you, next: null, text: 'as it was' },
  { ...lastgood, next, text: 'as it was' },
  { ...nobody, next: null, text: 'as it was' },
];

test('who acts next is the headline, the others stand below it in the order of the server', () => {
  expect(actorTexts({ title: 'as it was', actors }, now)).toEqual({
    first: 'You: 16 services, common cause edge v235, and 1 more',
    others: ['Lastgood: checkout, back in 0:08', 'Nobody: 53 watched'],
    title:
      'You: 16 services, common cause edge v235, and 1 more · Lastgood: checkout, back in 0:08 · nobody: 53 watched',
  });
});

test('what is left of a time is that of the moment, not of the answer', () => {
  expect(actorTexts({ title: '', actors }, now + 5_000).others[0]).toBe('Lastgood: checkout, back in 0:03');
  expect(actorTexts({ title: '', actors }, now + 9_000).others[0]).toBe(
    'Lastgood: checkout, back any moment',
  );
});

test('where nobody has to act the title says it all', () => {
  const quiet = { title: 'All quiet', actors: actors.slice(2) };
  expect(actorTexts(quiet, now)).toEqual({ first: 'All quiet', others: [], title: 'All quiet' });
  const none = 'No service is declared yet';
  expect(actorTexts({ title: none, actors: [] }, now)).toEqual({ first: none, others: [], title: none });
});
