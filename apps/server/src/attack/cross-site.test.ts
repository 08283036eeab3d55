import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildTestApp } from '../http/app-harness.ts';
import { openapiDocument } from '../http/openapi-document.ts';
import { type ApiDocument, type Operation, operationsOf } from './fuzz/operations.ts';
import { tallyGoal } from './tally-goal.ts';

/** What a page of another site can make a browser send: https://fetch.spec.whatwg.org/#cors-safelisted-request-header */
const json = { 'content-type': 'application/json' };
const ways: readonly Record<string, string>[] = [
  ...[
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://evil.example:4600',
    'http://localhost:81',
    'http://localhost@evil.example',
    'file://',
    'chrome-extension://abc',
    'http://127.0.0.1:4600',
    'http://[::1]:4600',
  ].map((origin) => ({ ...json, host: 'localhost:4600', origin })),
  { ...json, host: 'localhost:4600', 'sec-fetch-site': 'cross-site' },
  ...['evil.example', 'evil.example:4600', 'localhost.evil.example', '127.0.0.1.nip.io', '0.0.0.0', ''].map(
    (host) => ({ ...json, host, origin: `http://${host}` }),
  ),
  ...[
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    '',
  ].map((type) => ({ host: 'localhost:4600', 'content-type': type })),
];

const reached = tallyGoal('S2', 'writes of other sites that reached an operation or were not refused');
let app: FastifyInstance;
const through: string[] = [];
beforeAll(async () => {
  ({ app } = await buildTestApp(
    {},
    {
      answer: async ({ operationId }) => {
        through.push(operationId);
        throw new Error(`reached ${operationId}`);
      },
    },
  ));
});
afterAll(() => app.close());

test('no page of another site gets a write through, whatever it makes a browser send', async () => {
  const writes = operationsOf((await openapiDocument()) as ApiDocument).filter(
    ({ method }) => method !== 'GET',
  );
  const unrefused: string[] = [];
  for (const operation of writes) {
    for (const headers of ways) {
      const answer = await app.inject({ ...requestOf(operation), headers });
      reached.of += 1;
      const refused = [403, 415].includes(answer.statusCode);
      if (!refused || 'access-control-allow-origin' in answer.headers)
        unrefused.push(`${operation.id} ${JSON.stringify(headers)}: ${answer.statusCode}`);
    }
  }
  reached.count = Math.max(unrefused.length, through.length);
  expect(unrefused).toEqual([]);
  expect(through).toEqual([]);
});

test('while a program of this machine reaches every write with the same requests', async () => {
  const writes = operationsOf((await openapiDocument()) as ApiDocument).filter(
    ({ method }) => method !== 'GET',
  );
  for (const operation of writes) {
    const headers = { ...json, host: 'localhost:4600' };
    const answer = await app.inject({ ...requestOf(operation), headers });
    expect([422, 500], operation.id).toContain(answer.statusCode);
  }
  expect(through.length).toBeGreaterThan(5);
});

function requestOf({ method, path }: Operation) {
  const url = path.replace(/\{\w+\}/g, 'a');
  return { method: method as 'POST', url, payload: '{}' };
}
