import { expect, test } from 'vitest';
import { unseenSince } from './unseen-since.ts';

const lost = (lostAt: number, shownAt: number) => ({ phase: 'lost', lostAt, shownAt }) as const;

test('what is shown is believed while the line lives, and for as long without it as it takes to ask', () => {
  expect(unseenSince({ phase: 'live', lostAt: null, shownAt: null }, 99_000)).toBeNull();
  expect(unseenSince({ phase: 'connecting', lostAt: null, shownAt: null }, 99_000)).toBeNull();
  expect(unseenSince(lost(50_000, 50_000), 60_000)).toBeNull();
});

test('nothing is known any more once nobody has answered for longer', () => {
  expect(unseenSince(lost(50_000, 50_000), 60_001)).toBe(50_000);
});

test('a line that fell silent makes nothing unknown before somebody could be asked without it', () => {
  expect(unseenSince(lost(65_000, 50_000), 65_000)).toBeNull();
  expect(unseenSince(lost(65_000, 50_000), 67_001)).toBe(50_000);
  expect(unseenSince(lost(65_000, 65_300), 67_001)).toBeNull();
});
