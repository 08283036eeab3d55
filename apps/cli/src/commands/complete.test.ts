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

test.each(['complete', 'fail'])(
  '%s cuts a detail that is longer than the API takes, and says so',
  async (command) => {
    const details: (string | undefined)[] = [];
    const url = await serveApi({
      async updateDeployment({ body }) {
        details.push(body.detail);
        return { ...deployment, status: body.status };
      },
    });
    const { code, said } = await play(url, [command, 'd-2', '--detail', 'x'.repeat(9_000)]);
    expect(code).toBe(0);
    expect(said[0]).toBe('--detail is cut to 500 characters; it has 9000.');
    expect(details).toEqual([`${'x'.repeat(499)}…`]);
  },
);

test('one that ended otherwise is a no', async () => {
  const url = await serveApi({
    updateDeployment: async () => {
      throw new ProblemError(409, 'conflict', 'Release 2 has ended already (rolled_back).');
    },
  });
  expect(await play(url, ['complete', 'd-2'])).toMatchObject({ code: 1, sleptMs: 0 });
});
