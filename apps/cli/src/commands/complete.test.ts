import type { Deployment } from '@lastgood/api-client';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { describe, expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { aDeploymentView, deployment } from '../wire-samples.ts';

const waiting = 'Reported complete; waiting for its rollout (Deployment web: 1 of 3 replicas updated).';
const done = { status: 'completed', watched: true, watchEndsAt: '2026-01-01T00:30:00.000Z' } as const;

/** A server where the deployment stands as each look in turn finds it; the last one stays. */
async function serving(...stands: Partial<Deployment>[]) {
  const seen: unknown[] = [];
  let at = 0;
  const next = () => stands[Math.min(at++, stands.length - 1)] ?? {};
  const url = await serveApi({
    async updateDeployment({ params, body }) {
      seen.push(params.id, body);
      return { ...deployment, ...next() };
    },
    deploymentView: async () => aDeploymentView(next()),
  });
  return { url, seen };
}

describe('complete', () => {
  test('is over at once where the rollout is seen complete', async () => {
    const { url, seen } = await serving(done);
    expect(await play(url, ['complete', 'd-2'])).toEqual({
      code: 0,
      answers: [],
      said: ['prod/shop/web v2 (release 2): completed; watched until 2026-01-01T00:30:00.000Z.'],
      sleptMs: 0,
    });
    expect(seen).toEqual(['d-2', { status: 'completed' }]);
  });

  test('waits for the rollout, and says what for when that changes', async () => {
    const { url } = await serving({ rollout: waiting }, { rollout: waiting }, { rollout: 'Nearly.' }, done);
    const { code, said, sleptMs } = await play(url, ['complete', 'd-2']);
    expect({ code, sleptMs }).toEqual({ code: 0, sleptMs: 4_000 });
    expect(said).toEqual([waiting, 'Nearly.', expect.stringContaining('completed; watched until')]);
  });

  test.each<[string, Partial<Deployment>, number, RegExp]>([
    [
      'failed',
      { status: 'failed', rollout: 'Failed: ImagePullBackOff.' },
      6,
      /failed\. Failed: ImagePullBackOff\.$/,
    ],
    ['was taken back', { status: 'rolled_back' }, 5, /rolled_back/],
    ['was replaced', { supersededBy: 'd-3' }, 1, /a newer release has replaced it/],
    [
      'is not complete in the time given',
      {},
      7,
      /not complete in the time of this command; Lastgood goes on/,
    ],
  ])('says by its code that it %s', async (_words, end, code, words) => {
    const { url } = await serving({ rollout: waiting }, end);
    const played = await play(url, ['complete', 'd-2', '--timeout', '30']);
    expect(played.code).toBe(code);
    expect(played.said.at(-1)).toMatch(words);
  });

  test('does not wait when told so', async () => {
    const { url } = await serving({ rollout: waiting });
    const { code, said, sleptMs } = await play(url, ['complete', 'd-2', '--no-wait']);
    expect({ code, said, sleptMs }).toEqual({
      code: 0,
      said: [`prod/shop/web v2 (release 2): in_progress. ${waiting}`],
      sleptMs: 0,
    });
  });

  test('refuses a time that is none', async () => {
    const { url, seen } = await serving(done);
    expect((await play(url, ['complete', 'd-2', '--timeout', 'soon'])).code).toBe(2);
    expect(seen).toEqual([]);
  });
});

test('fail says why', async () => {
  const { url, seen } = await serving({ status: 'failed' });
  const { code, said } = await play(url, ['fail', 'd-2', '--detail', 'tests']);
  expect({ code, said }).toEqual({ code: 0, said: ['prod/shop/web v2 (release 2): failed.'] });
  expect(seen).toEqual(['d-2', { status: 'failed', detail: 'tests' }]);
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

test('said again after the window, it promises no instant that has passed', async () => {
  const watchEndsAt = '1969-12-31T23:00:00.000Z';
  const url = await serveApi({
    updateDeployment: async () => ({ ...deployment, status: 'completed', watchEndsAt, watched: true }),
  });
  expect((await play(url, ['complete', 'd-2'])).said).toEqual([
    `prod/shop/web v2 (release 2): completed; its watch goes on, its window ended ${watchEndsAt}.`,
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
