import type { ServerResponse } from 'node:http';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startPrometheusServer, type WireReply } from '@lastgood/testkit/servers/prometheus-server';
import { describe, expect, it } from 'vitest';
import { createPrometheus } from './prometheus.ts';

const at = 1_700_000_015_000;
const triggers = shippedTriggers();
const variables = {
  SERVICE: 'cart',
  NAMESPACE: 'shop',
  CLUSTER: 'eu',
  ENVIRONMENT: 'production',
  WORKLOAD: 'cart',
  POD_TEMPLATE_HASH: '7c9d',
};
// What a healthy answer would be; every fault below is this answer damaged in one way.
const healthy = { metric: {}, value: '0.5' };
const healthyBody = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[${at / 1000},"0.5"]}]}}`;

const raw = (write: (response: ServerResponse) => void): WireReply => ({ kind: 'raw', write });
const unreachable = (sentence: string): Reading => ({
  kind: 'unreachable',
  reason: expect.stringContaining(sentence) as string,
});
const apiError = (status: number, errorType: string, error: string): WireReply => ({
  kind: 'json',
  status,
  body: { status: 'error', errorType, error },
});
const result = (resultType: string, value: unknown): WireReply => ({
  kind: 'json',
  status: 200,
  body: { status: 'success', data: { resultType, result: value } },
});

const faults: [name: string, reply: WireReply | 'refused', reading: Reading][] = [
  ['connection refused', 'refused', unreachable('connection refused')],
  ['timeout before the answer', raw(() => {}), unreachable('did not answer within 0.3 s')],
  [
    'timeout inside the answer',
    raw((response) => response.writeHead(200).write(healthyBody.slice(0, 20))),
    unreachable('did not answer within 0.3 s'),
  ],
  [
    '429',
    raw((response) => response.writeHead(429).end('slow down')),
    unreachable('too many requests (HTTP 429)'),
  ],
  [
    '500',
    raw((response) => response.writeHead(500).end('oops')),
    unreachable('HTTP 500 Internal Server Error: oops'),
  ],
  [
    '500 with a healthy body',
    raw((response) => response.writeHead(500).end(healthyBody)),
    unreachable('HTTP 500'),
  ],
  [
    'HTML',
    raw((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Log in</h1>'),
    ),
    unreachable('A web page answered in place of Prometheus'),
  ],
  [
    'cut JSON',
    raw((response) => response.end(healthyBody.slice(0, -20))),
    unreachable('cut off or is not JSON'),
  ],
  [
    'connection cut in the answer',
    raw((response) => {
      response.writeHead(200, { 'content-length': healthyBody.length }).write(healthyBody.slice(0, 40));
      setTimeout(() => response.destroy(), 5);
    }),
    unreachable('closed the connection'),
  ],
  ['status:error', apiError(200, 'execution', 'boom'), unreachable('refused the query (execution): boom')],
  [
    'status:error with 422',
    apiError(422, 'execution', 'boom'),
    unreachable('refused the query (execution): boom'),
  ],
  [
    'warnings',
    { kind: 'vector', series: [healthy], warnings: ['store eu-2 is down'] },
    unreachable('store eu-2 is down'),
  ],
  [
    'empty with warnings',
    { kind: 'vector', series: [], warnings: ['no store'] },
    unreachable('only a part of the data'),
  ],
  ['empty', { kind: 'vector', series: [] }, { kind: 'no-data' }],
  ['NaN', { kind: 'vector', series: [{ metric: {}, value: 'NaN' }] }, { kind: 'not-a-number' }],
  [
    'stale timestamp',
    { kind: 'vector', series: [healthy], secondsOff: -300 },
    unreachable('300 s before the one asked for'),
  ],
  [
    'timestamp ahead',
    { kind: 'vector', series: [healthy], secondsOff: 1 },
    unreachable('1 s after the one asked for'),
  ],
  ['wrong tenant, seen as empty', { kind: 'vector', series: [] }, { kind: 'no-data' }],
  [
    'wrong tenant, seen as 403',
    raw((response) => response.writeHead(403).end()),
    unreachable('did not accept our credentials'),
  ],
  [
    'no tenant, seen as 401',
    raw((response) => response.writeHead(401).end()),
    unreachable('HTTP 401 Unauthorized'),
  ],
  [
    'redirect',
    raw((response) => response.writeHead(302, { location: 'https://login.example/' }).end()),
    unreachable('redirects to https://login.example/'),
  ],
  [
    'too large',
    raw((response) => response.end(healthyBody + ' '.repeat(5000))),
    unreachable('more than 4096 bytes'),
  ],
  ['nothing', raw((response) => response.end()), unreachable('nothing at all')],
  ['other JSON', { kind: 'json', status: 200, body: { hello: 'world' } }, unreachable('not the query API')],
  ['many series', { kind: 'vector', series: [healthy, healthy] }, { kind: 'ambiguous', count: 2 }],
  ['a matrix', result('matrix', []), unreachable('answers a matrix')],
  ['a string', result('string', [at / 1000, '0.5']), unreachable('answers a string')],
  ['a scalar that is NaN', { kind: 'scalar', value: 'NaN' }, { kind: 'not-a-number' }],
  [
    'a number where a text belongs',
    result('vector', [{ metric: {}, value: [at / 1000, 0.5] }]),
    unreachable('in a form'),
  ],
  [
    'a text that is no number',
    result('vector', [{ metric: {}, value: [at / 1000, ''] }]),
    unreachable('no number'),
  ],
  ['a null', result('vector', [{ metric: {}, value: null }]), unreachable('in a form')],
  [
    'a native histogram',
    result('vector', [{ metric: {}, histogram: [at / 1000, {}] }]),
    unreachable('native histogram'),
  ],
];

describe('a fault is never a value', () => {
  it('would be one without the fault, and infos are no fault', async () => {
    expect(await readShipped({ kind: 'vector', series: [healthy] })).toEqual(
      triggers.map(() => ({ kind: 'value', value: 0.5 })),
    );
    const infos = ['PromQL info: metric might not be a counter'];
    for (const reply of [{ infos }, { warnings: infos }]) {
      const [reading] = await readShipped({ kind: 'vector', series: [healthy], ...reply });
      expect(reading).toEqual({ kind: 'value', value: 0.5 });
    }
  });

  it.each(faults)('%s, for each shipped trigger', async (name, reply, reading) => {
    // Short only where the deadline is the point: a slow machine must not turn other faults into timeouts.
    expect(await readShipped(reply, name.startsWith('timeout') ? 300 : 20_000)).toEqual(
      triggers.map(() => reading),
    );
  });
});

async function readShipped(reply: WireReply | 'refused', timeoutMs = 20_000): Promise<Reading[]> {
  const server = reply === 'refused' ? null : await startPrometheusServer(() => reply);
  const url = server?.url ?? `http://127.0.0.1:${await closedPort()}`;
  const source = createPrometheus({ url, timeoutMs, maxBytes: 4096 });
  const questions = triggers.map(({ query }) => ({ template: query, variables }));
  const answers = await source.read(questions, at, new AbortController().signal);
  await source.close();
  await server?.close();
  return answers.map((answer) => answer.reading);
}
