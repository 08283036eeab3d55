import { expect, test } from 'vitest';
import { actorTexts } from './actor-texts.ts';

const you = { actor: 'you', count: 16, text: '16 services, common cause edge v235' } as const;
const lastgood = { actor: 'lastgood', count: 1, text: 'checkout, back in about 8 s' } as const;
const nobody = { actor: 'nobody', count: 53, text: '53 watched' } as const;

test('who acts next is the headline, the others stand below it in the order of the server', () => {
  expect(actorTexts({ title: '', actors: [you, lastgood, nobody] })).toEqual({
    first: 'You: 16 services, common cause edge v235',
    others: ['Lastgood: checkout, back in about 8 s', 'Nobody: 53 watched'],
  });
});

test('where nobody has to act the title says it all', () => {
  expect(actorTexts({ title: 'All quiet', actors: [nobody] })).toEqual({ first: 'All quiet', others: [] });
  const none = 'No service is declared yet';
  expect(actorTexts({ title: none, actors: [] })).toEqual({ first: none, others: [] });
});
