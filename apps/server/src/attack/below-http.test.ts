import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTestApp } from '../http/app-harness.ts';
import { sendRaw } from './fuzz/raw-connection.ts';
import { tallyGoal } from './tally-goal.ts';

let app: FastifyInstance;
let port: number;
const refusals = tallyGoal('S7', 'refusals below HTTP that are no problem details');
beforeAll(async () => {
  ({ app } = await buildTestApp({ listRuns: async () => ({ items: [], next: null }) }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.server.address() as AddressInfo);
});
afterAll(() => app.close());

const get = 'GET /api/v1/runs HTTP/1.1\r\n';
const post = 'POST /api/v1/runs/x/undo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const host = 'host: localhost\r\n';
const end = '\r\n';

const attacks: readonly [what: string, status: number, ...parts: (string | Buffer)[]][] = [
  ['an address that cannot be decoded', 400, `GET /api/v1/runs/%zz HTTP/1.1\r\n${host}${end}`],
  ['an address of bytes that are no UTF-8', 400, `GET /api/v1/runs/%c0%80 HTTP/1.1\r\n${host}${end}`],
  ['NUL in a path', 400, `GET /api/v1/runs/%00 HTTP/1.1\r\n${host}${end}`],
  ['a name of 2,000 letters', 414, `POST /api/v1/runs/${'x'.repeat(2_000)}/undo HTTP/1.1\r\n${host}${end}`],
  ['an address of 100 KB', 431, `GET /api/v1/runs?x=${'x'.repeat(100_000)} HTTP/1.1\r\n${host}${end}`],
  ['headers of 100 KB', 431, `${get}${host}x: ${'x'.repeat(100_000)}\r\n${end}`],
  ['10,000 headers', 431, `${get}${host}${'x: y\r\n'.repeat(10_000)}${end}`],
  ['an expectation that nobody meets', 417, `${get}${host}expect: tea\r\n${end}`],
  ['HTTP/9.9', 400, `GET /api/v1/runs HTTP/9.9\r\n${host}${end}`],
  ['no HTTP at all', 400, 'hello\r\n\r\n'],
  ['a TLS greeting', 400, Buffer.from('16030100a5010000a10303', 'hex')],
  ['an unknown method', 400, `FROB /api/v1/runs HTTP/1.1\r\n${host}${end}`],
  ['a method in small letters', 400, `get /api/v1/runs HTTP/1.1\r\n${host}${end}`],
  ['no host', 400, `${get}${end}`],
  ['a strange host', 403, `${get}host: evil.example\r\n${end}`],
  ['two hosts', 400, `${get}${host}host: evil.example\r\n${end}`],
  ['a header without a name', 400, `${get}${host}: x\r\n${end}`],
  ['a header with NUL', 400, `${get}${host}x: a\0b\r\n${end}`],
  ['a key with a line feed', 400, `${post}idempotency-key: a\nb\r\n${end}`],
  [
    'a key with half of a surrogate pair',
    400,
    Buffer.from(`${post}idempotency-key: \xed\xa0\x80\r\n\r\n`, 'latin1'),
  ],
  ['a length that is no number', 400, `${post}content-length: many\r\n${end}`],
  ['a length below zero', 400, `${post}content-length: -1\r\n${end}`],
  ['two lengths', 400, `${post}content-length: 2\r\ncontent-length: 3\r\n${end}{}`],
  ['a length of 10^18', 413, `${post}content-length: 1000000000000000000\r\n${end}{}`],
  [
    'a length beside chunks',
    400,
    `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n${end}2\r\n{}\r\n0\r\n\r\n`,
  ],
  [
    'chunks whose length is no number',
    400,
    `${post}transfer-encoding: chunked\r\n${end}zz\r\n{}\r\n0\r\n\r\n`,
  ],
  ['an encoding nobody knows', 400, `${post}transfer-encoding: sandwich\r\n${end}{}`],
  ['the request target *', 400, `GET * HTTP/1.1\r\n${host}${end}`],
  ['CONNECT', 405, `CONNECT evil.example:443 HTTP/1.1\r\n${host}${end}`],
  ['TRACE', 405, `TRACE /api/v1/runs HTTP/1.1\r\n${host}${end}`],
];

describe('what HTTP itself refuses is answered as problem details', () => {
  test.each(attacks)('%s: %i', async (_what, status, ...parts) => {
    refusals.of += 1;
    refusals.count += 1;
    const answer = await sendRaw(port, parts);
    const problem = answer?.type === 'application/problem+json' ? JSON.parse(answer.body) : null;
    const right =
      problem?.status === status && typeof problem.detail === 'string' && answer?.status === status;
    if (right) refusals.count -= 1;
    expect({ status: answer?.status, type: answer?.type, problem }).toMatchObject({
      status,
      type: 'application/problem+json',
      problem: { status, type: expect.stringMatching(/^urn:lastgood:problem:/), detail: expect.any(String) },
    });
  });

  test('a refused HEAD is answered without a body', async () => {
    const address = `/api/v1/runs?x=${'x'.repeat(20_000)}`;
    const answer = await sendRaw(port, [`HEAD ${address} HTTP/1.1\r\n${host}${end}`]);
    expect(answer).toMatchObject({ status: 431, type: 'application/problem+json', body: '' });
  });

  test('a method that nobody knows is named, and what is no request is not taken for one', async () => {
    const detailOf = async (text: string) => JSON.parse((await sendRaw(port, [text]))?.body ?? '{}').detail;
    expect(await detailOf(`FOO /api/v1/runs HTTP/1.1\r\n${host}${end}`)).toMatch(
      /^There is no method FOO\. .*GET/,
    );
    expect(await detailOf(`get /api/v1/runs HTTP/1.1\r\n${host}${end}`)).toMatch(
      /^There is no method get\. .*capitals/,
    );
    expect(await detailOf('hello\r\n\r\n')).toBe('This is not a request as HTTP/1.1 writes it.');
  });

  test('an address with a scheme and a host is read as its path', async () => {
    const answer = await sendRaw(port, [`GET http://localhost/api/v1/runs HTTP/1.1\r\n${host}${end}`]);
    expect(answer).toMatchObject({ status: 200, body: '{"items":[],"next":null}' });
  });

  test('a refused client is let go of', async () => {
    const before = await connections();
    await Promise.all(Array.from({ length: 50 }, () => sendRaw(port, ['hello\r\n\r\n'])));
    await expect.poll(connections, { timeout: 5_000 }).toBeLessThanOrEqual(before);
  });

  test('the rest of a request that was answered already is not answered again', async () => {
    const refused = `POST /api/v1/runs/x/undo HTTP/1.1\r\n${host}content-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n`;
    const read = await readToTheEnd(refused, 'zz\r\n');
    // Not at the beginning of a line: a second answer follows the body of the first.
    expect(read.match(/HTTP\/1\.1 \d{3} /g)).toHaveLength(1);
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

/** All that the server writes until it hangs up, when it is sent the rest once it has answered the beginning. */
async function readToTheEnd(beginning: string, rest: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(beginning);
  let read = '';
  for await (const chunk of socket) {
    if (read === '') socket.write(rest);
    read += chunk;
  }
  return read;
}
