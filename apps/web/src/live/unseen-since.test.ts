import { expect, test } from 'vitest';
import { unseenSince } from './unseen-since.ts';

test('what is shown is believed while the line lives, and for as long without it as it takes to ask', () => {
  expect(unseenSince({ phase: 'live', shownAt: null }, 99_000)).toBeNull();
  expect(unseenSince({ phase: 'connecting', shownAt: null }, 99_000)).toBeNull();
  expect(unseenSince({ phase: 'lost', shownAt: 50_000 }, 60_000)).toBeNull();
});

test('nothing is known any more once nobody has answered for longer', () => {
  expect(unseenSince({ phase: 'lost', shownAt: 50_000 }, 60_001)).toBe(50_000);
});
