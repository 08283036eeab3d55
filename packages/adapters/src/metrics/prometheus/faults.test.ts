import type { ServerResponse } from 'node:http';
import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import type { Answer } from '@lastgood/domain/trigger/question';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startPrometheusServer, type WireReply } from '@lastgood/testkit/servers/prometheus-server';
import { describe, expect, it } from 'vitest';
import { createPrometheus } from './prometheus.ts';

const at = 1_700_000_015_000;
/** Each with one of its queries, as it would be asked. */
const triggers = shippedTriggers().flatMap((trigger) => {
  const [asked] = triggerKind(trigger).queries(trigger);
  return asked ? [{ query: asked.template }] : [];
});
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
const json = (body: string): WireReply =>
  raw((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
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

/** A healthy answer in which a source says, in its own dialect, that it is not the whole. */
const whole = JSON.parse(healthyBody) as { data: object };
const said = (over: object, headers: Record<string, string> = {}, status = 200): WireReply =>
  raw((response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ ...whole, ...over })),
  );
const onlyAPart = (words: string) => unreachable(`only a part of the data, as far as it says: ${words}`);
const partial: [name: string, reply: WireReply, reading: Reading][] = [
  ['VictoriaMetrics: isPartial', said({ isPartial: true }), onlyAPart('isPartial: true')],
  [
    'isPartial beside the result',
    said({ data: { ...whole.data, isPartial: true } }),
    onlyAPart('isPartial: true'),
  ],
  [
    'Thanos: a store is away',
    said({ warnings: ['receive series from Addr: store-1:10901: rpc error: code = Unavailable'] }),
    onlyAPart('receive series from Addr: store-1:10901'),
  ],
  [
    'Thanos: no store, and an empty answer',
    said({ data: { resultType: 'vector', result: null }, warnings: ['No StoreAPIs matched for this query'] }),
    onlyAPart('No StoreAPIs matched'),
  ],
  [
    'Cortex: zones are away',
    said({ warnings: ['Query result may contain partial data.'] }),
    onlyAPart('Query result may contain partial data.'),
  ],
  [
    'an info that says so',
    said({ infos: ['partial response: 1 of 3 ingesters'] }),
    onlyAPart('partial response'),
  ],
  [
    'a header of a gateway',
    said({}, { 'X-Thanos-Partial-Response': 'true' }),
    onlyAPart('x-thanos-partial-response'),
  ],
  [
    'M3: a limit was hit',
    said({}, { 'M3-Results-Limited': 'max_fetch_series_limit_applied' }),
    onlyAPart('m3-results-limited: max_fetch_series_limit_applied'),
  ],
  ['206', said({}, {}, 206), onlyAPart('HTTP 206')],
  ['a warning nobody knows', said({ warnings: ['store eu-2 is odd'] }), onlyAPart('store eu-2 is odd')],
  ['a store beside an annotation', said({ warnings: ['PromQL info: x', 'no store'] }), onlyAPart('no store')],
  [
    'warnings in an unknown form',
    said({ warnings: [{ message: 'x' }] }),
    onlyAPart('annotations in an unknown form'),
  ],
];

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
  ['203', said({}, {}, 203), unreachable('HTTP 203 Non-Authoritative Information in place of 200')],
  ['201', said({}, {}, 201), unreachable('HTTP 201 Created in place of 200')],
  [
    'no type at all',
    raw((response) => response.writeHead(200).end(healthyBody)),
    unreachable('its type is not said, not application/json'),
  ],
  ...['text/plain', 'application/json-seq', 'application/problem+json', 'application/json, text/html'].map(
    (type): [string, WireReply, Reading] => [
      `the type ${type}`,
      said({}, { 'content-type': type }),
      unreachable(`its type is ${type}, not application/json`),
    ],
  ),
  ['a packed one', said({}, { 'content-encoding': 'gzip' }), unreachable('it says it is packed (gzip)')],
  ['a cache', said({}, { age: '20' }), unreachable('it is from a cache (Age: 20)')],
  ['a stale cache', said({}, { warning: '110 - "Response is Stale"' }), unreachable('proxy warns (110 -')],
  ['a success with an error', said({ error: 'boom' }), unreachable('says success and an error ("boom")')],
  [
    'two results',
    json(healthyBody.replace('"result":', '"result":[],"result":')),
    unreachable('says "result" twice'),
  ],
  [
    'two values of one series',
    json(healthyBody.replace('"value":', '"value":[1,"0"],"value":')),
    unreachable('says "value" twice'),
  ],
  ['a NUL', json(`${healthyBody}\0`), unreachable('cut off or is not JSON')],
  ['a second answer behind the first', json(healthyBody + healthyBody), unreachable('is not JSON')],
  ['no status', json(healthyBody.replace('"status":"success",', '')), unreachable('not the query API')],
  [
    'a series without a name',
    result('vector', [{ value: [at / 1000, '0.5'] }]),
    unreachable('in a form we do not know'),
  ],
  [
    'a value and a histogram at once',
    result('vector', [{ metric: {}, value: [at / 1000, '0.5'], histogram: [at / 1000, {}] }]),
    unreachable('native histogram'),
  ],
  [
    'a number beyond all',
    result('vector', [{ metric: {}, value: [at / 1000, '1e999'] }]),
    unreachable('no number'),
  ],
  [
    'a number in hex',
    result('vector', [{ metric: {}, value: [at / 1000, '0x1'] }]),
    unreachable('no number'),
  ],
  [
    'nan in small letters',
    result('vector', [{ metric: {}, value: [at / 1000, 'nan'] }]),
    unreachable('no number'),
  ],
  [
    'a third part of a sample',
    result('vector', [{ metric: {}, value: [at / 1000, '1', 2] }]),
    unreachable('in a form'),
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
  ...partial,
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
  ['a result of null', result('vector', null), { kind: 'no-data' }],
  ['a null', result('vector', [{ metric: {}, value: null }]), unreachable('in a form')],
  [
    'a native histogram',
    result('vector', [{ metric: {}, histogram: [at / 1000, {}] }]),
    unreachable('native histogram'),
  ],
];

describe('a fault is never a value', () => {
  it.each<[string, WireReply]>([
    ['nothing more', { kind: 'vector', series: [healthy] }],
    ['no annotations, as null', said({ warnings: null, infos: null })],
    ['a flag that says no', said({ isPartial: false }, { 'X-Thanos-Partial-Response': 'false' })],
    ['a note about the query', said({ infos: ['PromQL info: metric might not be a counter'] })],
    ['such a note among the warnings', said({ warnings: ['PromQL info: metric might not be a counter'] })],
    [
      'a note about monotonicity',
      said({ infos: ['PromQL info: input to histogram_quantile needed to be fixed for monotonicity'] }),
    ],
    ['a note nobody knows', said({ infos: ['served from the cache of eu-1'] })],
  ])('is one with %s', async (_words, reply) => {
    expect(await readShipped(reply)).toEqual(triggers.map(() => ({ kind: 'value', value: 0.5 })));
  });

  it('is not believed when the query did not do what was meant, and not called a part of the data', async () => {
    const warnings = ['PromQL warning: encountered a mix of histograms and floats for metric name "a"'];
    for (const reading of await readShipped(said({ warnings })))
      expect(reading).toEqual(
        unreachable('Prometheus doubts the query; mend it: PromQL warning: encountered a mix'),
      );
  });

  it.each<[string, WireReply, boolean | undefined]>([
    ['a query that cannot be parsed', apiError(400, 'bad_data', '1:6: parse error'), true],
    ['one that VictoriaMetrics cannot parse', apiError(422, '422', 'cannot parse "sum("'), true],
    ['one that failed on its data', apiError(422, 'execution', 'found duplicate series'), undefined],
    ['a source that is overloaded', raw((response) => response.writeHead(503).end()), undefined],
  ])('says of %s whether it will ever be answered', async (_words, reply, refused) => {
    const [answer] = await answersTo(reply);
    expect(answer?.refused).toBe(refused);
  });

  it.each(faults)('%s, for each shipped trigger', async (name, reply, reading) => {
    // Short only where the deadline is the point: a slow machine must not turn other faults into timeouts.
    expect(await readShipped(reply, name.startsWith('timeout') ? 300 : 20_000)).toEqual(
      triggers.map(() => reading),
    );
  });
});

async function readShipped(reply: WireReply | 'refused', timeoutMs = 20_000): Promise<Reading[]> {
  return (await answersTo(reply, timeoutMs)).map((answer) => answer.reading);
}

async function answersTo(reply: WireReply | 'refused', timeoutMs = 20_000): Promise<Answer[]> {
  const server = reply === 'refused' ? null : await startPrometheusServer(() => reply);
  const url = server?.url ?? `http://127.0.0.1:${await closedPort()}`;
  const source = createPrometheus({ url, timeoutMs, maxBytes: 4096 });
  const questions = triggers.map(({ query }) => ({ template: query, variables }));
  const answers = await source.read(questions, at, new AbortController().signal);
  await source.close();
  await server?.close();
  return answers;
}
