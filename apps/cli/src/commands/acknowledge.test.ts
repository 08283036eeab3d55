import { ProblemError } from '@lastgood/server/problems/problem-error';
import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';

const acknowledgement = {
  ...{ by: 'ada', note: 'on it', at: '2026-11-28T12:00:00.000Z', until: '2026-11-28T12:30:00.000Z' },
};

test('says for how long and who', async () => {
  const seen: unknown[] = [];
  const url = await serveApi({
    acknowledgeDeployment: async ({ params, body }) => {
      seen.push({ params, body });
      return acknowledgement;
    },
  });
  const played = await play(url, ['acknowledge', 'd1', '--for', '30m', '--note', 'on it']);
  expect(played).toMatchObject({
    ...{ code: 0, answers: [] },
    said: ['Acknowledged by ada until 2026-11-28T12:30:00.000Z.'],
  });
  await play(url, ['acknowledge', 'd1', '--for', '2d']);
  expect(seen).toEqual([
    { params: { id: 'd1' }, body: { minutes: 30, note: 'on it' } },
    { params: { id: 'd1' }, body: { minutes: 2880 } },
  ]);
  const json = await play(url, ['acknowledge', 'd1', '--for', '4h', '--json']);
  expect(JSON.parse(json.answers.join('\n'))).toEqual(acknowledgement);
});

test('takes it back', async () => {
  const sentence = 'The acknowledgement is taken back.';
  const url = await serveApi({ endAcknowledgement: async () => ({ deploymentId: 'd1', sentence }) });
  expect(await play(url, ['acknowledge', 'd1', '--end'])).toMatchObject({ code: 0, said: [sentence] });
});

test.each([
  [['d1'], '--for is missing'],
  [['d1', '--for', 'soon'], '--for takes a time such as 30m, 4h or 2d, not "soon"'],
  [['d1', '--for', '30'], '--for takes a time such as 30m'],
  [['d1', '--end', '--for', '30m'], '--end goes with no other option'],
  [['--for', '30m'], 'ID is missing'],
])('refuses %j', async (words, said) => {
  const played = await play('http://127.0.0.1:1', ['acknowledge', ...words]);
  expect(played.code).toBe(2);
  expect(played.said.join('\n')).toContain(said);
});

test('is a no where nothing fires', async () => {
  const url = await serveApi({
    acknowledgeDeployment: async () => {
      throw new ProblemError(409, 'conflict', 'Nothing of this deployment fires now.');
    },
  });
  const played = await play(url, ['acknowledge', 'd1', '--for', '30m']);
  expect(played.code).toBe(1);
  expect(played.said.join('\n')).toContain('Nothing of this deployment fires now.');
});
