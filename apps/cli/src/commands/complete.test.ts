import { ProblemError } from '@lastgood/server/problems/problem-error';
import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { deployment } from '../wire-samples.ts';

test.each([
  [['complete', 'd-2'], { status: 'completed' }],
  [['fail', 'd-2', '--detail', 'tests'], { status: 'failed', detail: 'tests' }],
] as const)('%j says how it ended', async (argv, sent) => {
  const seen: unknown[] = [];
  const url = await serveApi({
    async updateDeployment({ params, body }) {
      seen.push(params.id, body);
      return { ...deployment, status: body.status, watchEndsAt: '2026-01-01T00:30:00.000Z', watched: true };
    },
  });
  expect(await play(url, [...argv])).toEqual({
    code: 0,
    answers: [],
    said: [`prod/shop/web release 2 (v2): ${sent.status}; watched until 2026-01-01T00:30:00.000Z.`],
    sleptMs: 0,
  });
  expect(seen).toEqual(['d-2', sent]);
});

test('said again after the window, it promises no instant that has passed', async () => {
  const watchEndsAt = '1969-12-31T23:00:00.000Z';
  const url = await serveApi({
    updateDeployment: async () => ({ ...deployment, status: 'completed', watchEndsAt, watched: true }),
  });
  expect((await play(url, ['complete', 'd-2'])).said).toEqual([
    `prod/shop/web release 2 (v2): completed; its watch goes on, its window ended ${watchEndsAt}.`,
  ]);
});

test('one that ended otherwise is a no', async () => {
  const url = await serveApi({
    updateDeployment: async () => {
      throw new ProblemError(409, 'conflict', 'Release 2 has ended already (rolled_back).');
    },
  });
  expect(await play(url, ['complete', 'd-2'])).toMatchObject({ code: 1, sleptMs: 0 });
});
