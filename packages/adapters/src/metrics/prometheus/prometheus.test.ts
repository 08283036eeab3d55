import type { Question } from '@lastgood/domain/trigger/question';
import { metricSourceContract } from '@lastgood/testkit/contracts/metric-source';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import {
  type PrometheusServer,
  startPrometheusServer,
  type WireQuery,
  type WireReply,
} from '@lastgood/testkit/servers/prometheus-server';
import { Compile } from 'typebox/compile';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';
import { type PrometheusSettings, prometheusSettings } from './settings.ts';

const at = 1_700_000_015_250;
const service = { SERVICE: 'cart' };
const signal = () => new AbortController().signal;

const series = (...values: string[]): WireReply => ({
  kind: 'vector',
  series: values.map((value, index) => ({ metric: { pod: `p${index}` }, value })),
});
const replies: Record<string, WireReply> = {
  'a{service="cart"}': series('0.25'),
  'b{service="cart"}': series('+Inf'),
  'c{service="cart"}': series('-Inf'),
  'd{service="cart"}': series('NaN'),
  'e{service="cart"}': series(),
  'f{service="cart"}': series('1', '2', '3'),
  'scalar(g{service="cart"})': { kind: 'scalar', value: '1e-07' },
  'vector(1)': series('1'),
};

/** Of `h` two series that tell the second of each step before `at`; of everything else at each step what it is at any instant. */
function matrixOf(
  query: string,
  { start, end, step }: { start: number; end: number; step: number },
): WireReply {
  const steps = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, n) => start + n * step);
  if (query.startsWith('h{'))
    return {
      kind: 'matrix',
      series: [1, 2].map((by) => ({
        metric: { by: String(by) },
        values: steps.map((second) => [second, String(Math.round(second - at / 1000) * by)]),
      })),
    };
  const reply = replies[query] ?? series();
  const same = reply.kind === 'vector' ? reply.series : [];
  const all = reply.kind === 'scalar' ? [{ metric: {}, value: reply.value }] : same;
  return {
    kind: 'matrix',
    series: all.map(({ metric, value }) => ({ metric, values: steps.map((second) => [second, value]) })),
  };
}

metricSourceContract('prometheus over the wire', async () => {
  const server = await startPrometheusServer(({ query, range }) =>
    range ? matrixOf(query, range) : (replies[query] ?? series()),
  );
  const source = createPrometheus({ url: server.url });
  const deadSource = createPrometheus({ url: `http://127.0.0.1:${await closedPort()}` });
  const question = (name: string): Question => ({
    template: `${name}{service="$SERVICE"}`,
    variables: service,
  });
  return {
    source,
    deadSource,
    at,
    known: [
      { question: question('a'), reading: { kind: 'value', value: 0.25 } },
      { question: question('b'), reading: { kind: 'value', value: Number.POSITIVE_INFINITY } },
      { question: question('c'), reading: { kind: 'value', value: Number.NEGATIVE_INFINITY } },
      { question: question('d'), reading: { kind: 'not-a-number' } },
      { question: question('e'), reading: { kind: 'no-data' } },
      { question: question('f'), reading: { kind: 'ambiguous', count: 3 } },
      {
        question: { template: 'scalar(g{service="$SERVICE"})', variables: service },
        reading: { kind: 'value', value: 1e-7 },
      },
    ],
    samples: {
      question: { ...question('h'), range: { fromMs: 30_000, stepMs: 15_000 } },
      samples: [
        [-30, -15, 0],
        [-60, -30, 0],
      ],
      silent: { ...question('e'), range: { fromMs: 30_000, stepMs: 15_000 } },
    },
    async close() {
      await Promise.all([source.close(), deadSource.close()]);
      await server.close();
    },
  };
});

describe('prometheus', () => {
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

  it('posts a form with the instant, once for equal queries', async () => {
    const { server, source } = await start(() => series('1'), { headers: { 'x-scope-orgid': 'team-a' } });
    const question = { template: 'up{service="$SERVICE"}', variables: service };
    const answers = await source.read([question, { template: 'up', variables: {} }, question], at, signal());
    expect(answers.map(({ query }) => query)).toEqual(['up{service="cart"}', 'up', 'up{service="cart"}']);
    expect(server.queries.map(({ query }) => query).sort()).toEqual(['up', 'up{service="cart"}']);
    expect(server.queries[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/query',
      time: '1700000015.250',
    });
    expect(server.queries[0]?.headers['x-scope-orgid']).toBe('team-a');
  });

  it('says how far into the past each answer looks', async () => {
    const { source } = await start(() => series('1'), { lookbackDeltaMs: 15_000 });
    const questions = ['rate(a[5m])', 'up', 'vector(1)', 'a{b=$C}'].map((template) => ({
      template,
      variables: {},
    }));
    const answers = await source.read(questions, at, signal());
    expect(answers.map(({ looksBackMs }) => looksBackMs)).toEqual([300_000, 15_000, 0, 0]);
  });

  it('takes a sample to be as old as Prometheus lets it be, unless its settings say otherwise', async () => {
    const { source } = await start(() => series('1'));
    const [answer] = await source.read([{ template: 'up', variables: {} }], at, signal());
    expect(answer?.looksBackMs).toBe(300_000);
  });

  it.each([
    [{ bearerToken: 't0ken' }, 'Bearer t0ken'],
    [{ basicAuth: { username: 'me', password: 'p:w' } }, `Basic ${btoa('me:p:w')}`],
  ])('sends its credentials: %o', async (settings, header) => {
    const { server, source } = await start(() => series('1'), settings);
    await source.read([{ template: 'up', variables: {} }], at, signal());
    expect(server.queries[0]?.headers.authorization).toBe(header);
  });

  it('asks below the path of its URL', async () => {
    const { server } = await start(() => series('1'));
    const source = createPrometheus({ url: `${server.url}/select/0/prometheus/` });
    closing.push(source.close);
    await source.read([{ template: 'up', variables: {} }], at, signal());
    expect(server.queries[0]?.path).toBe('/select/0/prometheus/api/v1/query');
  });

  it('has no more queries under way than it may, over all reads together', async () => {
    let underWay = 0;
    let most = 0;
    const { source } = await start(
      () => {
        underWay += 1;
        most = Math.max(most, underWay);
        return {
          kind: 'raw',
          write(response) {
            setTimeout(() => {
              underWay -= 1;
              response.setHeader('content-type', 'application/json');
              response.end(`{"status":"success","data":{"resultType":"scalar","result":[${at / 1000},"1"]}}`);
            }, 10);
          },
        };
      },
      { maxConcurrency: 3 },
    );
    const questions = Array.from({ length: 10 }, (_, n) => ({ template: `up > ${n}`, variables: {} }));
    const reads = await Promise.all([
      source.read(questions, at, signal()),
      source.read(questions, at, signal()),
    ]);
    expect(reads.flat().map(({ reading }) => reading)).toEqual(Array(20).fill({ kind: 'value', value: 1 }));
    expect(most).toBe(3);
  });

  it('stops a query that is under way when it is called off', async () => {
    const caller = new AbortController();
    const { source } = await start(() => {
      setTimeout(() => caller.abort(), 5);
      return { kind: 'raw', write: () => {} };
    });
    const [answer] = await source.read([{ template: 'up', variables: {} }], at, caller.signal);
    expect(answer?.reading).toEqual({ kind: 'unreachable', reason: expect.stringMatching(/called off\.$/) });
  });

  it('says why a query was called off, where that was said', async () => {
    const caller = new AbortController();
    const { source } = await start(() => {
      setTimeout(() => caller.abort(new Error('no answer within 5 s')), 5);
      return { kind: 'raw', write: () => {} };
    });
    expect(await source.health(caller.signal)).toMatchObject({
      up: false,
      reason: expect.stringMatching(
        / had not answered when the query was called off \(no answer within 5 s\)\.$/,
      ),
    });
  });

  it('is not up when it is ready but does not accept our credentials', async () => {
    const { source } = await start(() => ({ kind: 'json', status: 403, body: 'no' }));
    expect(await source.health(signal())).toEqual({
      up: false,
      reason: 'Prometheus did not accept our credentials (HTTP 403 Forbidden).',
    });
  });

  it('does not carry credentials into what it says', async () => {
    const source = createPrometheus({ url: `http://127.0.0.1:${await closedPort()}`, bearerToken: 's3cret' });
    closing.push(source.close);
    const health = await source.health(signal());
    expect(health).toMatchObject({ up: false, reason: expect.stringContaining('connection refused') });
    expect(JSON.stringify(health)).not.toContain('s3cret');
  });

  it('refuses settings that cannot work', () => {
    expect(() => createPrometheus({ url: 'http://me:pw@prometheus' })).toThrow(
      'into basicAuth, not into the URL',
    );
    expect(() => createPrometheus({ url: 'ftp://prometheus' })).toThrow('only http and https');
    expect(() => createPrometheus({ url: 'http://me:pw@prometheus:99999' })).toThrow(
      /url: this is not a URL\.$/,
    );
    const both = { url: 'http://p', bearerToken: 'x', basicAuth: { username: 'a', password: 'b' } };
    expect(() => createPrometheus(both)).toThrow('not both');
    const schema = Compile(prometheusSettings);
    expect(schema.Check({ url: 'https://prometheus:9090', timeoutMs: 5000 })).toBe(true);
    expect(schema.Check({ url: 'https://prometheus:9090', tlsInsecure: true })).toBe(false);
    expect(schema.Check({ url: 'prometheus:9090' })).toBe(false);
  });
});
