import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rollback, run, start } from '../http/ask-harness.ts';
import { openapiDocument } from '../http/openapi-document.ts';
import { ProblemError } from '../problems/problem-error.ts';

describe('Idempotency-Key', () => {
  const once = (headers: Record<string, string>, payload: object = rollback.payload) => ({
    ...rollback,
    payload,
    headers,
  });

  test('gives the same answer again without doing it again', async () => {
    let calls = 0;
    const { ask } = await start({
      rollbackDeployment: async () => ({ ...run, id: `run-${++calls}` }),
    });
    const first = await ask(once({ 'idempotency-key': 'k1' }));
    const second = await ask(once({ 'idempotency-key': '"k1"' }));
    expect(first.statusCode).toBe(202);
    expect(second.statusCode).toBe(202);
    expect(second.body).toBe(first.body);
    expect(second.headers.location).toBe('/api/v1/runs/run-1');
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(calls).toBe(1);
  });

  test('is of one caller: the same key of another one is another request', async () => {
    let calls = 0;
    const tokens = ['ci', 'cd'].map((name) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
    }));
    const { ask } = await start(
      { rollbackDeployment: async () => ({ ...run, id: `run-${++calls}` }) },
      { tokens },
    );
    const callers = [{}, { authorization: 'Bearer ci' }, { authorization: 'Bearer cd' }];
    const answers = await Promise.all(
      callers.map((caller) => ask(once({ ...caller, 'idempotency-key': 'k1' }))),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(3);
    expect(calls).toBe(3);
  });

  test('holds for every POST, those that name a run or a hold too', async () => {
    const calls: string[] = [];
    const { ask } = await start({
      undoRun: async ({ params }) => {
        calls.push(params.id);
        return { ...run, status: 'cancelled' };
      },
    });
    const undo = { ...once({ 'idempotency-key': 'k1' }, {}), url: '/api/v1/runs/run-1/undo' };
    const answers = [await ask(undo), await ask(undo)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(answers[1]?.headers['idempotent-replayed']).toBe('true');
    expect(calls).toEqual(['run-1']);
    const { paths } = (await openapiDocument()) as {
      paths: Record<string, { post?: { parameters?: { name: string }[] } }>;
    };
    for (const [path, { post }] of Object.entries(paths)) {
      if (post)
        expect([path, post.parameters?.map(({ name }) => name)]).toEqual([
          path,
          expect.arrayContaining(['idempotency-key']),
        ]);
    }
  });

  test('is refused when malformed, reused or under way', async () => {
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ask } = await start({
      rollbackDeployment: async () => {
        await blocked;
        return run;
      },
    });
    expect((await ask(once({ 'idempotency-key': '' }))).statusCode).toBe(400);
    expect((await ask(once({ 'idempotency-key': 'ü' }))).statusCode).toBe(400);
    expect((await ask(once({ 'idempotency-key': 'x'.repeat(256) }))).statusCode).toBe(400);
    const pending = ask(once({ 'idempotency-key': 'k2' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const during = await ask(once({ 'idempotency-key': 'k2' }));
    expect(during.statusCode).toBe(409);
    expect(during.headers['retry-after']).toBe('1');
    release();
    expect((await pending).statusCode).toBe(202);
    expect((await ask(once({ 'idempotency-key': 'k2' }, { startsInSeconds: 0 }))).statusCode).toBe(422);
  });

  test('is free again after a refusal', async () => {
    let calls = 0;
    const { ask } = await start({
      rollbackDeployment: async () => {
        calls += 1;
        if (calls === 1) throw new ProblemError(409, 'conflict', 'not now');
        return run;
      },
    });
    expect((await ask(once({ 'idempotency-key': 'k3' }))).statusCode).toBe(409);
    expect((await ask(once({ 'idempotency-key': 'k3' }))).statusCode).toBe(202);
  });
});
