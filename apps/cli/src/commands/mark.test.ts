import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';

const mark = { verdict: 'bad', by: 'ada', note: 'lost orders', at: '2026-11-28T12:00:00.000Z' } as const;

test('says what it was and why', async () => {
  const seen: unknown[] = [];
  const url = await serveApi({
    markDeployment: async ({ params, body }) => {
      seen.push({ params, body });
      return mark;
    },
  });
  expect(await play(url, ['mark', 'd1', 'bad', '--note', 'lost orders'])).toMatchObject({
    ...{ code: 0, answers: [], said: ['Marked bad by ada at 2026-11-28T12:00:00.000Z.'] },
  });
  const json = await play(url, ['mark', 'd1', 'good', '--json']);
  expect(JSON.parse(json.answers.join('\n'))).toEqual(mark);
  expect(seen).toEqual([
    { params: { id: 'd1' }, body: { verdict: 'bad', note: 'lost orders' } },
    { params: { id: 'd1' }, body: { verdict: 'good' } },
  ]);
});

test('takes it back', async () => {
  const sentence = 'It is marked bad no more.';
  const url = await serveApi({ unmarkDeployment: async () => ({ deploymentId: 'd1', sentence }) });
  expect(await play(url, ['mark', 'd1', 'none'])).toMatchObject({ code: 0, said: [sentence] });
});

test.each([
  [['d1'], 'bad, good or none is missing'],
  [['d1', 'verified'], 'a deployment is marked bad, good or none, not "verified"'],
  [['d1', 'none', '--note', 'x'], '--note goes with bad and good'],
  [['d1', 'bad', 'good'], '"good" is one word too many'],
  [[], 'ID is missing'],
])('refuses %j', async (words, said) => {
  const played = await play('http://127.0.0.1:1', ['mark', ...words]);
  expect(played.code).toBe(2);
  expect(played.said.join('\n')).toContain(said);
});
