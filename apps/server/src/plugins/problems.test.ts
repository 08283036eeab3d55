import { describe, expect, test } from 'vitest';
import { rollback, start } from '../http/ask-harness.ts';
import { ProblemError } from '../problems/problem-error.ts';

describe('problems', () => {
  test('an unknown route is a 404 problem', async () => {
    const { ask } = await start();
    const answer = await ask({ url: '/api/v1/nothing' });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, type: 'urn:lastgood:problem:not-found' });
  });

  test.each([
    ['DELETE', '/api/v1/now', 'GET, HEAD'],
    ['PUT', '/api/v1/runs/r-1/undo?x=1', 'POST'],
    ['GET', '/api/v1/runs/r-1/undo', 'POST'],
    ['POST', '/%61pi/v1/now', 'GET, HEAD'],
    ['PATCH', '/healthz', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/runs', 'GET, HEAD'],
    ['TRACE', '/api/v1/runs', 'GET, HEAD'],
  ] as const)('%s %s is a 405 problem that names the methods that are there', async (method, url, allow) => {
    const { ask } = await start();
    const answer = await ask({ method: method as 'GET', url, headers: { accept: 'text/html' } });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json()).toMatchObject({
      ...{ status: 405, type: 'urn:lastgood:problem:method-not-allowed' },
      detail: `This address has no ${method}. It has ${allow}.`,
    });
  });

  test('an address that has several methods names them all, and one that has none is not there', async () => {
    const { ask } = await start();
    const one = await ask({ method: 'POST', url: '/api/v1/services/main/shop/web' });
    expect(one.headers.allow?.split(', ')).toEqual(expect.arrayContaining(['GET', 'HEAD', 'PUT']));
    const long = await ask({ url: `/api/v1/runs/${'x'.repeat(2_000)}` });
    expect([404, 414]).toContain(long.statusCode);
    for (const url of ['/nowhere', '/api/v1/now/here', '/assets/x.js'])
      expect([url, (await ask({ method: 'DELETE', url })).statusCode]).toEqual([url, 404]);
  });

  test.each(['gzip', 'br', 'GZIP', 'gzip, identity'])(
    'a body in %s is refused, not read as it is',
    async (encoding) => {
      const { ask } = await start();
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const answer = await ask({ ...rollback, headers, payload: '{}' });
      expect([answer.statusCode, answer.headers['accept-encoding']]).toEqual([415, 'identity']);
      expect(answer.json().detail).toContain('content-encoding');
      const read = { url: '/healthz', headers: { 'content-encoding': encoding } };
      expect((await ask(read)).statusCode).toBe(200);
    },
  );

  test('a wrong body names each member', async () => {
    const { ask } = await start();
    const answer = await ask({ ...rollback, payload: { startsInSeconds: '3', targett: 'x' } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { path: '/targett', message: expect.stringMatching(/^is not a known member; known are .*target/) },
        { path: '/startsInSeconds', message: 'must be number' },
      ]),
    );
  });

  test('a wrong query parameter is a 400', async () => {
    const { ask } = await start();
    const answer = await ask({ url: '/api/v1/runs?limit=many' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ path: 'limit', message: 'must be integer' }]);
  });

  test('a query parameter is read as the number it is', async () => {
    const asked: unknown[] = [];
    const { ask } = await start({
      listRuns: async ({ query }) => {
        asked.push(query);
        return { items: [], next: null };
      },
    });
    expect((await ask({ url: '/api/v1/runs?limit=7' })).statusCode).toBe(200);
    expect(asked).toEqual([{ limit: 7 }]);
  });

  test('broken JSON is a 400 problem', async () => {
    const { ask } = await start();
    const answer = await ask({ ...rollback, payload: '{', headers: { 'content-type': 'application/json' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test('what stands in the way is named with its run', async () => {
    const { ask } = await start({
      rollbackDeployment: async () => {
        throw new ProblemError(409, 'run-active', 'Run 9 is under way.', {
          runId: '9',
          targetDeploymentId: 'd-0',
        });
      },
    });
    const answer = await ask(rollback);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      runId: '9',
      targetDeploymentId: 'd-0',
      detail: 'Run 9 is under way.',
    });
  });

  test('a database that is down is a 503 with Retry-After', async () => {
    const { ask } = await start({
      nowView: async () => {
        throw Object.assign(new Error('gone'), { name: 'StoreUnavailable' });
      },
    });
    const answer = await ask({ url: '/api/v1/now' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json().type).toBe('urn:lastgood:problem:database-down');
  });

  test('an unexpected fault says nothing of its inside', async () => {
    const { ask } = await start({
      nowView: async () => {
        throw new Error('password is hunter2');
      },
    });
    const answer = await ask({ url: '/api/v1/now' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
  });
});
