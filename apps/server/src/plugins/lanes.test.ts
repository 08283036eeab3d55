import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { rollback, run, start } from '../http/ask-harness.ts';
import { listening } from '../http/listening-harness.ts';
import { defaultLimits } from '../lanes/lane-limits.ts';

const token = 'a-long-random-token';
const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];
const empty = { items: [], next: null };

let open: () => void = () => undefined;
afterEach(() => open());

/** Answers that wait until they are let go. */
function held<T>(answer: T) {
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let begun = 0;
  return {
    begun: () => begun,
    async answer() {
      begun += 1;
      await gate;
      return answer;
    },
  };
}

describe('how often one caller asks', () => {
  const limits = { ...defaultLimits, reading: { perSecond: 3, atOnce: 6 } };

  test('is bounded: 429 with Retry-After and what to do, for that caller alone, and not for what acts', async () => {
    const { ask } = await start(
      { listRuns: async () => empty, rollbackDeployment: async () => run },
      { tokens, laneLimits: limits },
    );
    const read = (headers = {}) => ask({ url: '/api/v1/runs', headers });
    const answers = await Promise.all(Array.from({ length: 8 }, () => read()));
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    // A second may begin in their midst.
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect(refused[0]?.headers['content-type']).toContain('application/problem+json');
    expect(refused[0]?.json()).toMatchObject({
      type: 'urn:lastgood:problem:too-many-requests',
      detail: 'One caller may send 3 requests a second. Ask again in 1 s, and then less often.',
    });
    expect((await read({ authorization: `Bearer ${token}` })).statusCode).toBe(200);
    expect((await ask(rollback)).statusCode).toBe(202);
  });

  test('is bounded for what matches no route or method and for files, and leaves probes alone', async () => {
    const { ask } = await start({}, { laneLimits: { ...limits, files: { perSecond: 2 } } });
    const statusesOf = (asked: { url: string; method?: 'PUT'; headers?: Record<string, string> }) =>
      Promise.all(Array.from({ length: 6 }, async () => (await ask(asked)).statusCode));
    expect(await statusesOf({ url: '/api/v1/nothing' })).toContain(429);
    const headers = { 'content-type': 'application/json' };
    expect(await statusesOf({ method: 'PUT', url: '/api/v1/runs', headers })).toContain(429);
    for (const url of ['/healthz', '/readyz', '/metrics']) expect((await ask({ url })).statusCode).toBe(200);
  });
});

describe('how many are answered at the same time', () => {
  const limits = { ...defaultLimits, reading: { perSecond: 1_000, atOnce: 3 } };

  test('is bounded; who acts does not wait, and others get their turn', async () => {
    const slow = held(empty);
    const { ask } = await start(
      { listRuns: slow.answer, rollbackDeployment: async () => run },
      { tokens, laneLimits: limits },
    );
    const reads = Array.from({ length: 150 }, () => ask({ url: '/api/v1/runs' }));
    const other = ask({ url: '/api/v1/runs', headers: { authorization: `Bearer ${token}` } });
    await expect.poll(slow.begun).toBe(3);
    expect((await ask(rollback)).statusCode).toBe(202);
    expect((await ask({ url: '/healthz' })).statusCode).toBe(200);
    expect(slow.begun()).toBe(3);
    open();
    expect((await other).statusCode).toBe(200);
    const statuses = (await Promise.all(reads)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(102);
    expect(statuses.filter((status) => status === 429)).toHaveLength(48);
  });

  test('counts what is still being done for somebody who hung up, and gives the place back then', async () => {
    const slow = held(empty);
    const app = await listening(
      { listRuns: slow.answer },
      { laneLimits: { ...limits, reading: { perSecond: 1_000, atOnce: 1 } } },
    );
    const clients = await Promise.all([app.open(), app.open(), app.open()]);
    for (const { socket } of clients) socket.write(`GET /api/v1/runs HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`);
    await expect.poll(slow.begun).toBe(1);
    for (const { socket } of clients) socket.destroy();
    await expect.poll(app.connections).toBe(0);
    const next = fetch(`http://${app.host}/api/v1/runs`);
    await fetch(`http://${app.host}/healthz`);
    expect(slow.begun()).toBe(1);
    open();
    expect((await next).status).toBe(200);
    // Those who hung up while they waited were not answered at all.
    expect(slow.begun()).toBe(2);
  });
});
