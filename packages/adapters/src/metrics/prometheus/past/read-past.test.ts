import { instantsOf, type PastAnswer, readingAt } from '@lastgood/domain/trigger/past-answer';
import {
  type PrometheusServer,
  startPrometheusServer,
  type WireQuery,
  type WireReply,
} from '@lastgood/testkit/servers/prometheus-server';
import { afterEach, expect, it, vi } from 'vitest';
import { createPrometheus, type Prometheus } from '../prometheus.ts';
import type { PrometheusSettings } from '../settings.ts';

const from = 1_700_000_000_000;
const question = {
  ...{ template: 'share{service="$SERVICE"}', variables: { SERVICE: 'cart' } },
  ...{ from, stepMs: 15_000, count: 16 },
};
const instants = instantsOf(question);
const forever = new AbortController().signal;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(
  reply: (query: WireQuery) => WireReply,
  settings: Partial<PrometheusSettings> = {},
): Promise<{ server: PrometheusServer; source: Prometheus }> {
  const server = await startPrometheusServer(reply);
  const source = createPrometheus({ url: server.url, ...settings });
  closing.push(server.close, source.close);
  return { server, source };
}

const stepsOf = ({ start, end, step }: NonNullable<WireQuery['range']>) =>
  Array.from({ length: Math.round((end - start) / step) + 1 }, (_, n) => start + n * step);

/** Of each instant its second. */
function seconds(query: WireQuery): WireReply {
  if (!query.range) return { kind: 'vector', series: [{ metric: {}, value: String(Number(query.time)) }] };
  const values = stepsOf(query.range).map((at): [number, string] => [at, String(at)]);
  return { kind: 'matrix', series: [{ metric: {}, values }] };
}

const refused: WireReply = {
  kind: 'json',
  status: 422,
  body: { status: 'error', errorType: 'execution', error: 'many-to-many matching not allowed' },
};

const kindsOf = (answer: PastAnswer) => instants.map((at) => readingAt(answer, at).kind);

it('asks once, from the first instant to the last', async () => {
  const { server, source } = await start(seconds);
  const answer = await source.readPast(question, forever);
  expect(instants.map((at) => readingAt(answer, at))).toEqual(
    instants.map((at) => ({ kind: 'value', value: at / 1000 })),
  );
  expect(server.queries.map(({ query, range }) => ({ query, range }))).toEqual([
    { query: 'share{service="cart"}', range: { start: from / 1000, end: from / 1000 + 225, step: 15 } },
  ]);
});

it('finds the one instant for whose sake the whole is refused, and answers the others', async () => {
  const bad = from / 1000 + 5 * 15;
  const { server, source } = await start((query) => {
    const asked = query.range ? stepsOf(query.range) : [Number(query.time)];
    return asked.includes(bad) ? refused : seconds(query);
  });
  const answer = await source.readPast(question, forever);
  expect(kindsOf(answer)).toEqual(instants.map((_, n) => (n === 5 ? 'unreachable' : 'value')));
  expect(readingAt(answer, bad * 1000)).toMatchObject({ reason: expect.stringContaining('many-to-many') });
  expect(server.queries.length).toBeLessThan(12);
});

it('asks for less where an answer is larger than it reads', async () => {
  const { source } = await start(
    (query) => {
      const reply = seconds(query);
      const asked = query.range ? stepsOf(query.range).length : 1;
      if (asked <= 4) return reply;
      return {
        kind: 'raw',
        write: (response) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(5_000)),
      };
    },
    { maxBytes: 2_000 },
  );
  expect(kindsOf(await source.readPast(question, forever))).toEqual(instants.map(() => 'value'));
});

it('asks instant by instant where a range means something else', async () => {
  const { server, source } = await start(seconds);
  const template = 'share{service="$SERVICE"} @ end()';
  await source.readPast({ ...question, template }, forever);
  expect(server.queries).toHaveLength(16);
  expect(server.queries.every(({ range }) => range === null)).toBe(true);
  for (const same of ['share{a="@ end()"}', 'share # @ start()', 'start_time']) {
    server.queries.length = 0;
    await source.readPast({ ...question, template: same }, forever);
    expect(server.queries).toHaveLength(1);
  }
});

const matrix = (values: [number, string][], metric = {}) => ({ metric, values });
const at = from / 1000;

it.each<[string, WireReply, string]>([
  ['another time', { kind: 'matrix', series: [matrix([[at + 1, '1']])] }, 'another time'],
  [
    'an instant twice',
    {
      kind: 'matrix',
      series: [
        matrix([
          [at, '1'],
          [at, '2'],
        ]),
      ],
    },
    'another time',
  ],
  ['a series twice', { kind: 'matrix', series: [matrix([[at, '1']]), matrix([[at, '2']])] }, 'twice'],
  ['what is no number', { kind: 'matrix', series: [matrix([[at, 'many']])] }, 'no number'],
  ['a vector', { kind: 'vector', series: [] }, 'form we do not know'],
  ['a page', { kind: 'raw', write: (response) => response.end('<html>log in</html>') }, 'web page'],
  [
    'overload',
    { kind: 'json', status: 503, body: { status: 'error', errorType: 'timeout', error: 'query timed out' } },
    'timed out',
  ],
  [
    'a part alone',
    {
      kind: 'json',
      status: 200,
      body: { status: 'success', data: { resultType: 'matrix', result: [] }, warnings: ['a store failed'] },
    },
    'a store failed',
  ],
])('believes nothing of an answer with %s', async (_words, reply, reason) => {
  const { server, source } = await start(() => reply);
  const answer = await source.readPast(question, forever);
  expect(kindsOf(answer)).toEqual(instants.map(() => 'unreachable'));
  expect(readingAt(answer, from)).toMatchObject({ reason: expect.stringContaining(reason) });
  expect(server.queries).toHaveLength(1);
});

it('tells apart no number, no data and several', async () => {
  const { source } = await start(() => ({
    kind: 'matrix',
    series: [
      matrix(
        [
          [at, 'NaN'],
          [at + 30, '1'],
          [at + 45, '+Inf'],
        ],
        { a: '1' },
      ),
      matrix([[at + 30, '2']], { a: '2' }),
    ],
  }));
  const answer = await source.readPast(question, forever);
  expect(instants.slice(0, 4).map((one) => readingAt(answer, one))).toEqual([
    { kind: 'not-a-number' },
    { kind: 'no-data' },
    { kind: 'ambiguous', count: 2 },
    { kind: 'value', value: Number.POSITIVE_INFINITY },
  ]);
});

it('a native histogram is no number, whether it is asked for alone or in a stretch', async () => {
  const drawn = [at, {}];
  const { source } = await start(({ range }) => ({
    ...{ kind: 'json', status: 200 },
    body: {
      status: 'success',
      data: range
        ? { resultType: 'matrix', result: [{ metric: {}, histograms: [drawn] }] }
        : { resultType: 'vector', result: [{ metric: {}, histogram: drawn }] },
    },
  }));
  const answer = await source.readPast(question, forever);
  const [alone] = await source.read([question], from, forever);
  expect(readingAt(answer, from)).toEqual(alone?.reading);
  expect(readingAt(answer, from + 15_000)).toEqual({ kind: 'no-data' });
});

it('has two questions under way at the most, and leaves the others their turn', async () => {
  let open = 0;
  let most = 0;
  const held: (() => void)[] = [];
  const { server, source } = await start((query) => {
    if (!query.range) return seconds(query);
    open += 1;
    most = Math.max(most, open);
    return {
      kind: 'raw',
      write(response) {
        held.push(() => {
          open -= 1;
          const body = { status: 'success', data: { resultType: 'matrix', result: [] } };
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
      },
    };
  });
  const asked = Array.from({ length: 6 }, (_, n) =>
    source.readPast({ ...question, from: from + n }, forever),
  );
  await vi.waitFor(() => expect(held).toHaveLength(2));
  // Whoever reads the present does not wait for them.
  const [now] = await source.read([question], from, forever);
  expect(now?.reading.kind).toBe('value');
  for (let answered = 0; answered < 6; answered += 1) {
    await vi.waitFor(() => expect(held.length).toBeGreaterThan(answered));
    held[answered]?.();
  }
  await Promise.all(asked);
  expect(most).toBe(2);
  expect(server.queries.filter(({ range }) => range !== null)).toHaveLength(6);
});

it('stops when it is called off: what is under way is cut, and nothing more is asked', async () => {
  const { server, source } = await start(() => ({ kind: 'raw', write: () => undefined }));
  const calling = new AbortController();
  const asked = Array.from({ length: 5 }, (_, n) =>
    source.readPast({ ...question, from: from + n }, calling.signal),
  );
  await vi.waitFor(() => expect(server.queries).toHaveLength(2));
  calling.abort();
  for (const answer of await Promise.all(asked)) expect(answer.series.size).toBe(0);
  expect(server.queries).toHaveLength(2);
});

it('gives up on one that hangs, and says so of every instant', async () => {
  const { source } = await start(() => ({ kind: 'raw', write: () => undefined }), { timeoutMs: 200 });
  const answer = await source.readPast(question, forever);
  expect([...answer.unread.keys()]).toEqual(instants);
  expect([...answer.unread.values()][0]).toContain('did not answer within 0.2 s');
});
