import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ReplayNote } from './replay-note.tsx';

const replay = {
  ...{ outcome: 'same' as const, sentence: 'Replayed: same decision.', differences: [] },
  ...{ digestSentence: null, digestDifferences: [] },
};

const shown = (over: Partial<Parameters<typeof ReplayNote>[0]['replay']>) =>
  renderToStaticMarkup(
    <MantineProvider>
      <ReplayNote replay={{ ...replay, ...over }} />
    </MantineProvider>,
  );

test('digests that differ are told beside a decision that comes out again, and not as its difference', () => {
  const text = shown({ digestSentence: '1 of 2 answers differs.', digestDifferences: ['that one'] });
  for (const said of ['Replays as it was', 'Records disagree', '1 of 2 answers differs.', 'that one'])
    expect(text).toContain(said);
  expect(text).toContain('aria-label="Which digests differ"');
  expect(text).not.toContain('aria-label="What differs"');
});

test('without any nothing is said of digests', () =>
  expect(shown({ outcome: 'differs', differences: ['this'] })).not.toMatch(/digest|disagree/));
