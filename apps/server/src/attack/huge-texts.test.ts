import { createPrometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import { describe, expect, test } from 'vitest';
import { declareTriggerSet } from '../declaration/declare-trigger-set.ts';
import type { TriggerSetInput } from '../declaration/trigger-input-schema.ts';
import { rollback, start } from '../http/ask-harness.ts';
import { ProblemError, toProblem } from '../problems/problem-error.ts';

/** A body that is refused, each of about `n` bytes: what a person, a broken pipeline or somebody hostile sends. */
const bodies: Record<string, (n: number) => string> = {
  'one long query': (n) => JSON.stringify({ triggers: [trigger({ query: 'a{b="\n'.repeat(n / 7) })] }),
  'many wrong triggers': (n) => `{"triggers":[${'0,'.repeat(n / 2)}0]}`,
  'many unknown members': (n) =>
    `{${Array.from({ length: n / 12 }, (_, index) => `"x${index}":1`).join(',')}}`,
  'one long name': (n) => `{"${'x'.repeat(n)}":1}`,
  'lists within lists': (n) => '['.repeat(n / 2) + ']'.repeat(n / 2),
  'objects within objects': (n) => `${'{"a":'.repeat(n / 6)}1${'}'.repeat(n / 6)}`,
  'lists that do not end': (n) => '['.repeat(n),
  'a text that does not end': (n) => `"${'\\"'.repeat(n / 2)}`,
  escapes: (n) => `{"description":"${'\\u0000'.repeat(n / 6)}"}`,
  'wrong triggers at their bounds': (n) =>
    JSON.stringify({
      triggers: Array.from({ length: Math.min(50, n / 10_000) }, () =>
        trigger({ query: '$A '.repeat(3_300) }),
      ),
    }),
};

function trigger(over: object): object {
  return {
    ...{ name: 'a', query: 'up', threshold: 0, comparison: 'greater_than', forDuration: 60 },
    ...{ severity: 'log_only', ...over },
  };
}

const queries = createPrometheus({ url: 'http://127.0.0.1:9' });

async function refusing() {
  const { ask } = await start({
    async applyTriggerSet({ params: { name }, body }) {
      await declareTriggerSet(name, body as TriggerSetInput, queries);
      throw new Error('a wrong declaration was taken');
    },
  });
  return (payload: string) =>
    ask({
      method: 'PUT',
      url: '/api/v1/trigger-sets/wild',
      payload,
      headers: { 'content-type': 'application/json' },
    });
}

describe('a text of any size', () => {
  test.each(Object.entries(bodies))('of %s is refused in a few words', async (_, make) => {
    const send = await refusing();
    for (const size of [20_000, 250_000, 900_000]) {
      const answer = await send(make(size));
      expect([400, 413, 422]).toContain(answer.statusCode);
      expect(answer.body.length).toBeLessThan(25_000);
      expect(answer.json().errors?.length ?? 0).toBeLessThanOrEqual(20);
    }
  });

  test.each(Object.entries(bodies))('of %s takes no more than its size', async (_, make) => {
    const send = await refusing();
    const msFor = async (size: number) => {
      const body = make(size);
      const began = performance.now();
      await send(body);
      return performance.now() - began;
    };
    await msFor(24_000);
    const small = Math.min(await msFor(24_000), await msFor(24_000));
    const large = Math.min(await msFor(240_000), await msFor(240_000));
    // Ten times is linear, a hundred quadratic.
    expect(large).toBeLessThan(30 * small + 150);
  });

  test('how many are told and how many are not stands in the answer', async () => {
    const send = await refusing();
    const answer = await send(
      `{"triggers":[],${Array.from({ length: 25 }, (_, n) => `"x${n}":1`).join(',')}}`,
    );
    expect(answer.json().errors).toHaveLength(20);
    expect(answer.json().detail).toContain('19 more in errors, and 5 that are not told.');
  });

  test('a problem has a size whoever throws it', () => {
    const long = 'x'.repeat(1_000_000);
    const errors = Array.from({ length: 1_000 }, () => ({ path: long, message: long }));
    const problem = toProblem(new ProblemError(422, 'invalid-request', long, { errors }), null);
    expect(JSON.stringify(problem).length).toBeLessThan(30_000);
  });
});

test.each([' ', '\n\t', ''])('%j is no reason', async (reason) => {
  const { ask } = await start();
  const answer = await ask({ ...rollback, payload: { reason } });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toContainEqual({ path: '/reason', message: 'must hold more than blanks' });
});

test('a name with a line break is no key of a map', async () => {
  const { ask } = await start();
  const answer = await ask({
    ...{ method: 'POST', url: '/api/v1/deployments' },
    payload: { service: 'a/b/c', images: { 'app\nevil': 'x' } },
  });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toEqual([
    { path: '/images/app\nevil', message: expect.stringContaining('is no name that fits here') },
  ]);
});
