import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';

const practice = {
  kind: 'recorded' as const,
  ...{ at: '2026-11-28T12:00:00.000Z', tookSeconds: 240, by: 'ada', note: 'game day' },
  ...{ runId: null, words: 'Recorded by ada: game day. Held on 2026-11-28 12:00:00 UTC, it took 4 min.' },
};

test('records what was held elsewhere, in the words of the server', async () => {
  const seen: unknown[] = [];
  const url = await serveApi({
    recordDrill: async ({ params, body, operation }) => {
      seen.push({ params, body, key: operation.key });
      return practice;
    },
  });
  const words = ['drill', 'record', 'prod/shop/web'];
  const options = ['--note', 'game day', '--at', '2026-11-28T12:00:00Z', '--took', '4m', '--key', 'k1'];
  expect(await play(url, [...words, ...options])).toMatchObject({
    ...{ code: 0, answers: [], said: [practice.words] },
  });
  const json = await play(url, [...words, '--json']);
  expect(JSON.parse(json.answers.join('\n'))).toEqual(practice);
  const params = { cluster: 'prod', namespace: 'shop', name: 'web' };
  expect(seen).toEqual([
    { params, body: { note: 'game day', at: '2026-11-28T12:00:00Z', tookSeconds: 240 }, key: 'k1' },
    { params, body: {}, key: expect.stringMatching(/./) },
  ]);
});

test.each([
  [[], 'record is missing'],
  [['hold', 'prod/shop/web'], 'drill knows one thing to do: record'],
  [['record'], 'SERVICE is missing'],
  [['record', 'web'], '"web" is not a service'],
  [['record', 'prod/shop/web', '--took', 'long'], '--took takes a time such as 90s, 4m or 1h, not "long"'],
])('refuses %j', async (words, said) => {
  const played = await play('http://127.0.0.1:1', ['drill', ...words]);
  expect(played.code).toBe(2);
  expect(played.said.join('\n')).toContain(said);
});
