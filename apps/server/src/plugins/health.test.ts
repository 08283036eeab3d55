import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { AppDependencies } from '../http/app.ts';
import { buildTestApp, readinessOf } from '../http/app-harness.ts';
import type { PartState } from '../readiness/pass-board.ts';

const token = 'long-enough-to-be-a-token';
const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];
const stuck: PartState = { state: 'not_ready', lastPassAt: 0, reason: 'table runs is locked by process 7' };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function ask(
  overrides: Partial<AppDependencies>,
  headers: Record<string, string> = {},
  url = '/readyz',
) {
  const { app } = await buildTestApp({}, overrides);
  ends.push(() => app.close());
  return app.inject({ url, headers: { host: 'localhost', ...headers } });
}

const notReady = { readiness: async () => readinessOf({ worker: stuck }) };
const guarded = { tokens, tokensRequired: true };

describe('readiness', () => {
  test.each([
    ['ready', {}, 200],
    ['not_ready', notReady, 503],
  ])('is the one word %s to an outsider', async (word, overrides, status) => {
    const answer = await ask({ ...guarded, ...overrides });
    expect([answer.statusCode, answer.body]).toEqual([status, word]);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '2' : undefined);
  });

  test('is answered to a probe with a wrong token or under a foreign name, with one word', async () => {
    for (const headers of [{ authorization: 'Bearer wrong' }, { authorization: 'Basic x' }])
      expect((await ask({ ...guarded, ...notReady }, headers)).body).toBe('not_ready');
    expect((await ask(notReady, { host: 'rebound.example' })).body).toBe('not_ready');
  });

  test('tells a caller with a token its parts apart', async () => {
    const answer = await ask({ ...guarded, ...notReady }, { authorization: `Bearer ${token}` });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      state: 'not_ready',
      parts: {
        ...{ database: { state: 'ready', lastPassAt: '1970-01-01T00:00:00.000Z', reason: null } },
        ...{ evaluator: { state: 'ready', lastPassAt: '1970-01-01T00:00:00.000Z', reason: null } },
        worker: { ...stuck, lastPassAt: '1970-01-01T00:00:00.000Z' },
        outbox: { state: 'ready', lastPassAt: '1970-01-01T00:00:00.000Z', reason: null },
      },
    });
  });

  test('tells them to callers of this machine where no token is needed', async () => {
    expect((await ask(notReady)).json().parts.worker.reason).toBe(stuck.reason);
  });
});

test('the process is alive whatever it can do', async () => {
  const answer = await ask({ ...guarded, ...notReady }, {}, '/healthz');
  expect([answer.statusCode, answer.json()]).toEqual([200, { alive: true }]);
});
