import { expect, test } from 'vitest';
import { busyThen, play, serveApi } from '../cli-harness.ts';
import { run } from '../wire-samples.ts';

test('a server without room is asked again after the time that it names, and it is said', async () => {
  const url = await serveApi({ rollbackDeployment: busyThen(2, run) });
  const played = await play(url, ['rollback', 'd-2']);
  expect(played).toMatchObject({ code: 0, answers: ['run-1'], sleptMs: 6_000 });
  expect(played.said[0]).toBe('Too many requests: Ask again in 3 s. Asking again in 3 s.');
});

test('so is what is asked once otherwise: the server did nothing', async () => {
  const url = await serveApi({ undoRun: busyThen(1, run) });
  expect(await play(url, ['undo', 'run-1'])).toMatchObject({ code: 0, sleptMs: 3_000 });
});

test('one that has no room for a minute could not be reached: that is not a no', async () => {
  const url = await serveApi({ rollbackDeployment: busyThen(1_000, run) });
  const played = await play(url, ['rollback', 'd-2']);
  expect(played.code).toBe(3);
  expect(played.sleptMs).toBeLessThanOrEqual(60_000);
});
