import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchCode, retryMs } from './fetch-code.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answer = (status: number) => async () =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'x', status, detail: 'x' }), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
  });
const silence = async () => {
  throw new TypeError('Failed to fetch');
};
const failing = () => vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError('no module'));

test('code is asked for again while the server does not answer, and comes when it does', async () => {
  vi.stubGlobal('fetch', silence);
  const load = failing();
  const code = fetchCode(load);
  await vi.advanceTimersByTimeAsync(5 * retryMs);
  expect(load.mock.calls.length).toBeGreaterThan(3);
  load.mockResolvedValue('code');
  await vi.advanceTimersByTimeAsync(retryMs);
  await expect(code).resolves.toBe('code');
});

test.each([200, 401])(
  'code that a server which answers %i does not have is given up with the second attempt',
  async (status) => {
    vi.stubGlobal('fetch', answer(status));
    const load = failing();
    const code = fetchCode(load);
    await vi.advanceTimersByTimeAsync(retryMs);
    await expect(code).resolves.toBeNull();
    expect(load).toHaveBeenCalledTimes(2);
  },
);
