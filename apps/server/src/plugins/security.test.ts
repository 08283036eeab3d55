import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TestAnswers } from '../http/app-harness.ts';
import { rollback, run, start } from '../http/ask-harness.ts';

describe('a web page of another site', () => {
  const answers = { rollbackDeployment: async () => run, nowView: async () => ({}) as never };

  test('cannot press the button', async () => {
    const { ask } = await start(answers);
    const answer = await ask({ ...rollback, headers: { origin: 'https://evil.example' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:lastgood:problem:forbidden-origin');
  });

  test('cannot press it from a sandboxed frame either', async () => {
    const { ask } = await start(answers);
    expect((await ask({ ...rollback, headers: { origin: 'null' } })).statusCode).toBe(403);
  });

  test('cannot press it with a form', async () => {
    const { ask } = await start(answers);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await ask({ ...rollback, payload: '{}', headers: { 'content-type': type } });
      expect(answer.statusCode).toBe(415);
    }
    const bare = await ask({ method: 'POST', url: '/api/v1/runs/1/undo' });
    expect(bare.statusCode).toBe(415);
  });

  test('cannot read by rebinding its own name to this address', async () => {
    const { ask } = await start(answers);
    const answer = await ask({ url: '/api/v1/now', headers: { host: 'evil.example:4600' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:lastgood:problem:unknown-host');
  });

  test('while our own page, an allowed one and a program can', async () => {
    const { ask } = await start(answers, {
      guard: { allowedHosts: ['lastgood.example'], allowedOrigins: ['https://ops.example'] },
    });
    const own = { host: 'lastgood.example', origin: 'https://lastgood.example' };
    expect((await ask({ ...rollback, headers: own })).statusCode).toBe(202);
    expect((await ask({ ...rollback, headers: { origin: 'https://ops.example' } })).statusCode).toBe(202);
    expect((await ask(rollback)).statusCode).toBe(202);
    const other = { host: 'lastgood.example', origin: 'http://lastgood.example:81' };
    expect((await ask({ ...rollback, headers: other })).statusCode).toBe(403);
  });
});

describe('tokens', () => {
  const token = 'a-long-random-token';
  const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];
  const answers: TestAnswers = {
    rollbackDeployment: async ({ caller }) => ({ ...run, requester: caller }),
  };

  test('are required when they are required', async () => {
    const { ask } = await start(answers, { tokens, tokensRequired: true });
    const without = await ask({ url: '/api/v1/now' });
    expect(without.statusCode).toBe(401);
    expect(without.headers['www-authenticate']).toBe('Bearer');
    expect((await ask({ url: '/metrics' })).statusCode).toBe(401);
    expect((await ask({ url: '/healthz', headers: { host: '10.0.0.7:4600' } })).statusCode).toBe(200);
  });

  test('are required however the path is written', async () => {
    const reached: string[] = [];
    const { ask } = await start(
      {
        nowView: async () => {
          reached.push('read');
          throw new Error('reached');
        },
        rollbackDeployment: async () => {
          reached.push('write');
          return run;
        },
      },
      { tokens, tokensRequired: true },
    );
    for (const url of ['/%61pi/v1/now', '/api/v%31/now', '/%6Detrics', '/api/v1/./now', '/x/../api/v1/now'])
      expect([url, (await ask({ url })).statusCode]).toEqual([url, 401]);
    expect((await ask({ ...rollback, url: '/%61pi/v1/deployments/d-2/rollback' })).statusCode).toBe(401);
    expect(reached).toEqual([]);
  });

  test('say who asks', async () => {
    const { ask } = await start(answers, { tokens, tokensRequired: true });
    const answer = await ask({ ...rollback, headers: { authorization: `Bearer ${token}` } });
    expect(answer.json().requester).toEqual({ kind: 'ci', name: 'ci' });
  });

  test('lead before a name that a browser says', async () => {
    const { ask } = await start(answers, { tokens });
    const named = { 'lastgood-name': 'Ada' };
    const { requester } = (
      await ask({ ...rollback, headers: { authorization: `Bearer ${token}`, ...named } })
    ).json();
    expect(requester).toEqual({ kind: 'ci', name: 'ci' });
    expect((await ask({ ...rollback, headers: named })).json().requester).toEqual({
      ...{ kind: 'person', name: 'Ada (name not proven)' },
    });
  });

  test('that are wrong are refused even where none is needed', async () => {
    const { ask } = await start(answers, { tokens });
    expect((await ask({ ...rollback, headers: { authorization: 'Bearer nope' } })).statusCode).toBe(401);
    expect((await ask({ ...rollback, headers: { authorization: 'Basic eDp5' } })).statusCode).toBe(401);
    expect((await ask(rollback)).json().requester).toEqual({ kind: 'person', name: 'dashboard' });
  });
});
