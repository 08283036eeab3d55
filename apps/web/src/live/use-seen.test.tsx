import type { Run } from '@lastgood/api-client';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { RunMark } from '../run/run-mark.tsx';
import { StandingWords } from '../standing/standing-words.tsx';

const line = vi.hoisted(() => ({ unseen: null as number | null }));
vi.mock('./unseen-since.ts', () => ({ useUnseenSince: () => line.unseen }));
afterEach(() => {
  line.unseen = null;
});

const run = (status: Run['status']) => ({ status, stopAsked: false, verdict: null }) as unknown as Run;
const standing = (state: string) =>
  ({
    state,
    meaning: 'act',
    lead: 'error rate 8 %',
    next: null,
    restraints: [],
    since: null,
  }) as unknown as Parameters<typeof StandingWords>[0]['standing'];

const mark = (status: Run['status']) => renderToStaticMarkup(<RunMark run={run(status)} />);
const words = (state: string) => renderToStaticMarkup(<StandingWords standing={standing(state)} />);

test('what goes on has its meaning while somebody answers', () => {
  for (const shown of [mark('running'), words('firing')]) expect(shown).toContain('data-meaning="act"');
});

test('while nobody answers what went on is unknown, and what is over stays as it is', () => {
  line.unseen = Date.UTC(2026, 0, 1);
  for (const shown of [mark('running'), words('firing')]) {
    expect(shown).toContain('data-meaning="unknown"');
    expect(shown).not.toContain('data-meaning="act"');
  }
  expect(mark('running')).toMatch(/Rolling back at \d/);
  for (const shown of [mark('stopped'), words('past')]) expect(shown).toContain('data-meaning="act"');
});
