import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';

/*
 * A server that speaks the query API of Prometheus and lies. What a lie is told over is an answer that says breach, damaged in one
 * way: so whoever believes any of it rolls back.
 */

export type Lie = (response: ServerResponse, asked: Asked) => void;

interface Asked {
  /** As it was sent: seconds. */
  time: number;
}

const typed = { 'content-type': 'application/json' };

/** An answer to an instant query, whole and right. */
function honestBody({ time }: Asked, value: string): string {
  return `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[${time},"${value}"]}]}}`;
}

const breach = (asked: Asked) => honestBody(asked, '0.9');

const withStatus =
  (status: number, headers: Record<string, string> = typed): Lie =>
  (response, asked) =>
    void response
      .writeHead(status, headers)
      .end(status === 204 || status === 304 ? undefined : breach(asked));

const withBody =
  (body: (asked: Asked) => string | Buffer, headers: Record<string, string> = typed): Lie =>
  (response, asked) =>
    void response.writeHead(200, headers).end(body(asked));

/** The right answer, in which a text is replaced by another. */
const altered = (from: string | RegExp, to: string): Lie =>
  withBody((asked) => {
    const body = breach(asked).replace(from, to);
    if (body === breach(asked)) throw new Error(`the lie changes nothing: ${String(from)}`);
    return body;
  });

const beside = (more: string): Lie => altered('{"status":"success",', `{"status":"success",${more},`);
const ofResult = (resultType: string, result: (asked: Asked) => string): Lie =>
  withBody((asked) => `{"status":"success","data":{"resultType":"${resultType}","result":${result(asked)}}}`);
const shifted = (seconds: number): Lie => withBody(({ time }) => breach({ time: time + seconds }));

/** Bytes straight to the socket, past Node's own care for HTTP. */
const onWire =
  (bytes: (asked: Asked) => string, ends = true): Lie =>
  (response, asked) => {
    response.socket?.write(bytes(asked));
    if (ends) response.socket?.end();
  };

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** What takes as long as somebody has patience. */
export const hangingLies: Record<string, Lie> = {
  'never answers': () => {},
  'stops inside the status line': onWire(() => 'HTTP/1.1 20', false),
  'stops inside the headers': onWire(() => `${head}x-a: b`, false),
  'stops before the body': (response) => void response.writeHead(200, typed).flushHeaders(),
  'stops one byte before the end': (response, asked) => {
    response.writeHead(200, typed).write(breach(asked).slice(0, -1));
  },
  'goes on after a whole answer': (response, asked) => {
    response.writeHead(200, typed).write(breach(asked));
  },
  'drips spaces without end': (response) => {
    const drip = () => {
      if (!response.destroyed) response.write(' ', () => setTimeout(drip, 20));
    };
    response.writeHead(200, typed);
    drip();
  },
  'promises more bytes than come': (response, asked) => {
    response.writeHead(200, { ...typed, 'content-length': '100000' }).write(breach(asked));
  },
};

export const lies: Record<string, Lie> = {
  ...Object.fromEntries(
    [
      201, 202, 203, 204, 206, 207, 226, 300, 302, 304, 307, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504,
    ].map((status): [string, Lie] => [`answers ${status} with a whole body`, withStatus(status)]),
  ),
  'redirects to itself': withStatus(307, { ...typed, location: '/api/v1/query' }),
  'says no type': withBody(breach, {}),
  'says it is a page': withBody(breach, { 'content-type': 'text/html' }),
  'says it is text': withBody(breach, { 'content-type': 'text/plain; charset=utf-8' }),
  'says it is a problem': withBody(breach, { 'content-type': 'application/problem+json' }),
  'says two types': withBody(breach, { 'content-type': 'application/json, text/html' }),
  'is from a cache': withBody(breach, { ...typed, age: '86400' }),
  'is stale': withBody(breach, { ...typed, warning: '110 - "Response is Stale"' }),
  'was transformed': withBody(breach, { ...typed, warning: '214 - "Transformation Applied"' }),
  'is partial by a header': withBody(breach, { ...typed, 'x-thanos-partial-response': 'true' }),
  'hit a limit by a header': withBody(breach, { ...typed, 'm3-results-limited': 'max_fetch_series' }),
  'is partial by a flag': beside('"isPartial":true'),
  'warns of a store': beside('"warnings":["store-1 is unavailable"]'),
  'warns of nothing known': beside('"warnings":["hm"]'),
  'warns in a form of its own': beside('"warnings":{"a":1}'),
  'tells of missing data': beside('"infos":["2 of 3 ingesters: partial"]'),
  'doubts the query': beside('"warnings":["PromQL warning: mixed floats and histograms"]'),
  'succeeds with an error': beside('"errorType":"timeout","error":"query timed out"'),
  'says the status twice': beside('"status":"error"'),
  'says the data twice': beside('"data":{"resultType":"vector","result":[]}'),
  'says the result twice': altered('"result":[', '"result":[],"result":['),
  'says the value twice': altered('"value":', '"value":[1,"0"],"value":'),
  'says a key twice, spelled apart': beside('"st\\u0061tus":"success"'),
  'has no status': altered('"status":"success",', ''),
  'spells the status in capitals': altered('success', 'Success'),
  'is an error with data': altered('success', 'error'),
  'has no data': withBody(() => '{"status":"success"}'),
  'has null for data': withBody(() => '{"status":"success","data":null}'),
  'is a list': withBody((asked) => `[${breach(asked)}]`),
  'is a string that holds the answer': withBody((asked) => JSON.stringify(breach(asked))),
  'is empty': withBody(() => ''),
  'is a page': withBody(() => '<html>sign in</html>'),
  'is cut': withBody((asked) => breach(asked).slice(0, -3)),
  'ends in NUL': withBody((asked) => `${breach(asked)}\0`),
  'begins with a byte order mark': withBody((asked) => `\ufeff${breach(asked)}`),
  'holds what is no UTF-8': withBody((asked) =>
    Buffer.concat([
      Buffer.from(breach(asked).slice(0, -2)),
      Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31]),
      Buffer.from('}'),
    ]),
  ),
  'comes twice in one body': withBody((asked) => breach(asked).repeat(2)),
  'is nested without end': withBody(() => '['.repeat(100_000)),
  'is far too long': withBody((asked) => breach(asked) + ' '.repeat(1_100_000)),
  'answers a matrix': ofResult('matrix', ({ time }) => `[{"metric":{},"values":[[${time},"0.9"]]}]`),
  'answers a string': ofResult('string', ({ time }) => `[${time},"0.9"]`),
  'answers a type nobody knows': ofResult('tensor', ({ time }) => `[{"metric":{},"value":[${time},"0.9"]}]`),
  'calls a vector a scalar': ofResult('scalar', ({ time }) => `[{"metric":{},"value":[${time},"0.9"]}]`),
  'answers a histogram': ofResult('vector', ({ time }) => `[{"metric":{},"histogram":[${time},{}]}]`),
  'answers a histogram and a value': altered('"value"', '"histogram":[0,{}],"value"'),
  'answers nothing': ofResult('vector', () => '[]'),
  'answers null': ofResult('vector', () => 'null'),
  'answers one series twice': ofResult(
    'vector',
    ({ time }) => `[{"metric":{},"value":[${time},"0.9"]},{"metric":{},"value":[${time},"0.9"]}]`,
  ),
  'answers a series without labels': altered('"metric":{},', ''),
  'answers labels that are no text': altered('"metric":{}', '"metric":{"a":1}'),
  'answers a number for a text': altered('"0.9"', '0.9'),
  'answers a third part': altered('"0.9"]', '"0.9",1]'),
  'answers NaN': altered('"0.9"', '"NaN"'),
  'answers nan': altered('"0.9"', '"nan"'),
  'answers Infinity in words': altered('"0.9"', '"Infinity"'),
  'answers more than a number can be': altered('"0.9"', '"1e999"'),
  'answers hex': altered('"0.9"', '"0x1"'),
  'answers no text': altered('"0.9"', '""'),
  'answers a space and a number': altered('"0.9"', '" 0.9"'),
  'answers a bare NaN': altered('"0.9"', 'NaN'),
  'answers for an hour ago': shifted(-3600),
  'answers for a second ago': shifted(-1),
  'answers for the future': shifted(60),
  'answers in milliseconds': withBody(({ time }) => breach({ time: time * 1000 })),
  'answers for no time': altered(/"value":\[[^,]+/, '"value":[null'),
  'answers for a text of time': altered(/"value":\[([^,]+)/, '"value":["$1"'),
  'cuts the connection at once': (response) => void response.destroy(),
  'cuts the connection inside the body': (response, asked) => {
    response.writeHead(200, { ...typed, 'content-length': '500' });
    response.write(breach(asked), () => response.destroy());
  },
  'promises fewer bytes than come': onWire((asked) => `${head}content-length: 10\r\n\r\n${breach(asked)}`),
  'says two lengths': onWire(
    (asked) => `${head}content-length: 5\r\ncontent-length: 90\r\n\r\n${breach(asked)}`,
  ),
  'has a chunk of no size': onWire(
    (asked) => `${head}transfer-encoding: chunked\r\n\r\nzz\r\n${breach(asked)}`,
  ),
  'ends inside a chunk': onWire(
    (asked) => `${head}transfer-encoding: chunked\r\n\r\nfff\r\n${breach(asked)}`,
  ),
  'speaks no HTTP': onWire((asked) => breach(asked)),
  'is packed and does not say so': withBody(() => Buffer.from('1f8b0800000000000003ab0600', 'hex')),
  'says it is packed and is not': withBody(breach, { ...typed, 'content-encoding': 'br' }),
  ...hangingLies,
};

/** Serves a source that answers as `tell` says: null is the truth. Truth is 0 before `from` and 0.9 after. */
export async function startLyingSource(tell: (query: string, isPast: boolean) => Lie | null, from: number) {
  return startLocalServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const asked = { time: Number(form.get('time')) };
    const isPast = asked.time * 1000 < from;
    const lie = tell(form.get('query') ?? '', isPast);
    if (lie) return lie(response, asked);
    response.writeHead(200, typed).end(honestBody(asked, isPast ? '0' : '0.9'));
    return undefined;
  });
}
