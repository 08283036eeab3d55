import { expect, test } from 'vitest';
import { rollbackWords } from './press-words.ts';

const now = Date.UTC(2026, 0, 5, 12);
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const run: Parameters<typeof rollbackWords>[0] = {
  serviceName: 'web',
  from: { release: 2, version: 'v2' },
  target: { release: 1, version: 'v1' },
  ...{ status: 'queued', startsAt: at(10), startedAt: null, requester: { kind: 'person', name: 'ada' } },
} as Parameters<typeof rollbackWords>[0];
const what = 'web from v2 (release 2) to v1 (release 1)';

test.each<[string, Partial<typeof run>, boolean, string]>([
  ['a press', {}, true, `Rolling back ${what}. It starts in 10 s; until then it can be undone.`],
  [
    'one that is sent again',
    { startsAt: at(6.4) },
    true,
    `Rolling back ${what}. It starts in 7 s; until then it can be undone.`,
  ],
  [
    'one whose run waits for its turn',
    { startsAt: at(-5) },
    true,
    `Rolling back ${what}. It starts as soon as its turn comes; until then it can be undone.`,
  ],
  ['one whose run has begun', { status: 'running', startedAt: at(-1) }, true, `Rolling back ${what}.`],
  [
    'one beside a run that waits',
    { startsAt: at(4) },
    false,
    `A rollback of ${what} waits for its start already: ada asked for it. It starts in 4 s; until then it can be undone.`,
  ],
  [
    'one beside a run that has begun',
    { status: 'running', startedAt: at(-1) },
    false,
    `A rollback of ${what} is under way already: ada asked for it.`,
  ],
])('%s says when its run starts, and what it does', (_name, over, isOwn, words) => {
  expect(rollbackWords({ ...run, ...over }, { isOwn, now })).toBe(words);
});
