import {
  type PrometheusServer,
  startPrometheusServer,
  type WireReply,
} from '@lastgood/testkit/servers/prometheus-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from '../prometheus.ts';
import type { PrometheusSettings } from '../settings.ts';

const at = 1_700_000_015_250;
const template = 'x{service="$SERVICE"}';
const signal = () => AbortSignal.timeout(60_000);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const serviceNames = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
const namesIn = (query: string) => (/"(?:\(\?:)?(.*?)\)?"/.exec(query)?.[1] ?? '').split('|');
const oneEach = (query: string): WireReply => ({
  kind: 'vector',
  series: namesIn(query).map((service) => ({ metric: { service }, value: service.slice(1) })),
});
const execution: WireReply = {
  kind: 'json',
  status: 422,
  body: { status: 'error', errorType: 'execution', error: 'found duplicate series' },
};
const tooLong: WireReply = {
  kind: 'json',
  status: 422,
  body: { status: 'error', errorType: '422', error: 'cannot evaluate the query: timeout exceeded' },
};

async function start(
  reply: (query: string) => WireReply,
  settings: Partial<PrometheusSettings> = {},
): Promise<{
  server: PrometheusServer;
  read: (names: string[]) => ReturnType<Prometheus['read']>;
  sent: () => string[][];
}> {
  const server = await startPrometheusServer(({ query }) => reply(query));
  const source = createPrometheus({ url: server.url, ...settings });
  closing.push(server.close, source.close);
  return {
    server,
    read: (names) =>
      source.read(
        names.map((SERVICE) => ({ template, variables: { SERVICE } })),
        at,
        signal(),
      ),
    /** The names of each query since it was last looked. */
    sent: () => server.queries.splice(0).map(({ query }) => namesIn(query)),
  };
}

/** How many names each query had, the largest first. */
const sizes = (all: string[][]) => all.map(({ length }) => length).sort((a, b) => b - a);
const values = (answers: Awaited<ReturnType<Prometheus['read']>>) =>
  answers.map(({ reading }) => (reading.kind === 'value' ? reading.value : reading.kind));

describe('many names in one query', () => {
  it('gives each its own answer, with the query that means the same', async () => {
    const { read, sent } = await start(oneEach);
    const answers = await read(['s3', 's1', 's3']);
    expect(values(answers)).toEqual([3, 1, 3]);
    expect(answers.map(({ query }) => query)).toEqual(
      ['s3', 's1', 's3'].map((name) => `x{service="${name}"}`),
    );
    expect(sent()).toEqual([['s1', 's3']]);
  });

  it('asks for so many at once, and so many times at once', async () => {
    // Two are answered once both are there, so that one at a time would never end.
    const open: (() => void)[] = [];
    let most = 0;
    const { read, sent } = await start(
      (query) => ({
        kind: 'raw',
        write(response) {
          const result = namesIn(query).map((service) => ({
            metric: { service },
            value: [at / 1000, service.slice(1)],
          }));
          open.push(() => {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
          });
          most = Math.max(most, open.length);
          if (open.length === 2) for (const answer of open.splice(0)) answer();
        },
      }),
      { batchNames: 4, maxBatches: 2, timeoutMs: 60_000 },
    );
    expect(values(await read(serviceNames(24)))).toEqual(serviceNames(24).map((_, index) => index));
    expect(sizes(sent())).toEqual([4, 4, 4, 4, 4, 4]);
    expect(most).toBe(2);
  });

  it('asks for 250 at once, two such at a time, unless its settings say otherwise, and posts them', async () => {
    let [open, most] = [0, 0];
    const { server, read, sent } = await start((query) => ({
      kind: 'raw',
      async write(response) {
        open += 1;
        most = Math.max(most, open);
        // Long enough for a third to come, if it did.
        await new Promise((resolve) => setTimeout(resolve, 50));
        const result = namesIn(query).map((service) => ({
          metric: { service },
          value: [at / 1000, service.slice(1)],
        }));
        open -= 1;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
      },
    }));
    expect(values(await read(serviceNames(1_000)))).toEqual(serviceNames(1_000).map((_, index) => index));
    expect(new Set(server.queries.map(({ method }) => method))).toEqual(new Set(['POST']));
    expect(sizes(sent())).toEqual([250, 250, 250, 250]);
    expect(most).toBe(2);
  });

  it('says no-data of whom it has nothing, and ambiguous of whom it has twice', async () => {
    const { read } = await start(() => ({
      kind: 'vector',
      series: [
        { metric: { service: 's1', pod: 'a' }, value: '1' },
        { metric: { service: 's1', pod: 'b' }, value: '1' },
        { metric: { service: 's2' }, value: 'NaN' },
      ],
    }));
    const readings = (await read(['s0', 's1', 's2'])).map(({ reading }) => reading);
    expect(readings).toEqual([
      { kind: 'no-data' },
      { kind: 'ambiguous', count: 2 },
      { kind: 'not-a-number' },
    ]);
  });

  it.each([{}, { service: 'stranger' }])('believes no answer in which a series is of %j', async (metric) => {
    const series = [
      { metric: { service: 's1' }, value: '1' },
      { metric, value: '9' },
    ];
    const { read } = await start(() => ({ kind: 'vector', series }));
    expect(values(await read(['s0', 's1']))).toEqual(['unreachable', 'unreachable']);
  });

  it('doubts only the name whose series is none', async () => {
    const result = [
      { metric: { service: 's0' }, histogram: [at / 1000, {}] },
      { metric: { service: 's1' }, value: [at / 1000, '1'] },
      { metric: { service: 's2' }, value: [at / 1000, 'much'] },
    ];
    const body = { status: 'success', data: { resultType: 'vector', result } };
    const { read } = await start(() => ({ kind: 'json', status: 200, body }));
    expect(values(await read(['s0', 's1', 's2']))).toEqual(['unreachable', 1, 'unreachable']);
  });

  it('believes nothing of an answer of another time, not even that a name has no series', async () => {
    const series = [{ metric: { service: 's1' }, value: '1' }];
    const { read } = await start(() => ({ kind: 'vector', series, secondsOff: -60 }));
    expect(values(await read(['s0', 's1']))).toEqual(['unreachable', 'unreachable']);
  });
});

describe('a last or vector(0)', () => {
  const orNone = { template: `sum(${template}) or vector(0)` };
  const ofNobody = { metric: {}, value: '0' };
  const ofFirst = { metric: { service: 's1' }, value: '1' };
  const readAll = async (...series: { metric: Record<string, string>; value: string }[]) => {
    const server = await startPrometheusServer(() => ({ kind: 'vector', series }));
    const source = createPrometheus({ url: server.url });
    closing.push(server.close, source.close);
    const questions = ['s0', 's1'].map((SERVICE) => ({ ...orNone, variables: { SERVICE } }));
    return values(await source.read(questions, at, signal()));
  };

  it('is asked for, and says of whom there is nothing that it is 0', async () => {
    expect(await readAll(ofFirst, ofNobody)).toEqual([0, 1]);
    expect(await readAll(ofNobody)).toEqual([0, 0]);
  });

  it('makes no 0 of an answer that cannot be one to it', async () => {
    expect(await readAll()).toEqual(['unreachable', 'unreachable']);
    expect(await readAll(ofFirst)).toEqual(['unreachable', 'unreachable']);
    expect(await readAll(ofFirst, { metric: {}, value: '7' })).toEqual(['unreachable', 'unreachable']);
    expect(await readAll(ofNobody, ofNobody)).toEqual(['unreachable', 'unreachable']);
  });
});

describe('a name that cannot be answered costs its neighbours nothing', () => {
  it('when its series clash: halves are asked, and it by itself from then on', async () => {
    const { read, sent } = await start((query) =>
      namesIn(query).includes('s5') ? execution : oneEach(query),
    );
    const names = serviceNames(16);
    const expected = names.map((_, index) => (index === 5 ? 'unreachable' : index));
    expect(values(await read(names))).toEqual(expected);
    expect(sent()).toHaveLength(9);
    expect(values(await read(names))).toEqual(expected);
    expect(
      sent()
        .map(({ length }) => length)
        .sort(),
    ).toEqual([1, 15]);
  });

  it('when Prometheus warns of its query', async () => {
    const warnings = ['PromQL warning: encountered a mix of histograms and floats'];
    const { read } = await start((query) => {
      const reply = oneEach(query);
      return namesIn(query).includes('s2') && reply.kind === 'vector' ? { ...reply, warnings } : reply;
    });
    expect(values(await read(serviceNames(4)))).toEqual([0, 1, 'unreachable', 3]);
  });

  it('when its answer is too large', async () => {
    const { read } = await start(
      (query) => {
        const pod = 'p'.repeat(namesIn(query).includes('s1') ? 3_000 : 1);
        const series = namesIn(query).map((service) => ({ metric: { service, pod }, value: '1' }));
        return { kind: 'vector', series };
      },
      { maxBytes: 2_048 },
    );
    expect(values(await read(serviceNames(4)))).toEqual([1, 'unreachable', 1, 1]);
  });

  it('and when it is mended, it is asked with the others again', async () => {
    let broken = true;
    const { read, sent } = await start((query) =>
      broken && namesIn(query).includes('s0') ? execution : oneEach(query),
    );
    await read(serviceNames(4));
    broken = false;
    for (let slot = 0; slot < 8; slot += 1) await read(serviceNames(4));
    sent();
    await read(serviceNames(4));
    expect(sent()).toEqual([serviceNames(4)]);
  });
});

describe('a source that takes no large query', () => {
  it('is asked smaller ones from then on, and a large one now and then', async () => {
    const { read, sent } = await start((query) => (namesIn(query).length > 5 ? execution : oneEach(query)));
    const expected = serviceNames(16).map((_, index) => index);
    expect(values(await read(serviceNames(16)))).toEqual(expected);
    expect(sizes(sent())).toEqual([16, 8, 8, 4, 4, 4, 4]);
    for (let slot = 0; slot < 20; slot += 1) {
      expect(values(await read(serviceNames(16)))).toEqual(expected);
      expect(sizes(sent())).toEqual([4, 4, 4, 4]);
    }
    await read(serviceNames(16));
    sent();
    await read(serviceNames(16));
    expect(sizes(sent())).toEqual([8, 8, 4, 4, 4, 4]);
  });
});

describe('a source is not asked more because it can do less', () => {
  it('each by itself once, and from then on, where it reads no such query', async () => {
    const body = { status: 'error', errorType: 'bad_data', error: '1:6: parse error' };
    const { read, sent } = await start(() => ({ kind: 'json', status: 400, body }));
    const answers = await read(serviceNames(8));
    expect(answers.every(({ refused }) => refused === true)).toBe(true);
    expect(sent()).toHaveLength(9);
    await read(serviceNames(8));
    expect(sent()).toHaveLength(8);
  });

  it('at most twice for each name where it refuses all', async () => {
    const { read, sent } = await start(() => execution);
    await read(serviceNames(64));
    expect(sent()).toHaveLength(127);
    await read(serviceNames(64));
    expect(sent()).toHaveLength(64);
  });

  it.each<[string, WireReply]>([
    ['overloaded', { kind: 'json', status: 503, body: 'busy' }],
    ['out of time, as VictoriaMetrics says it', tooLong],
    ['throttled', { kind: 'json', status: 429, body: 'slow down' }],
    ['shut to us', { kind: 'json', status: 401, body: 'who are you' }],
    ['somewhere else', { kind: 'json', status: 404, body: 'no such page' }],
    ['garbled', { kind: 'raw', write: (response) => response.end('{"status":') }],
    ['partial', { kind: 'vector', series: [], warnings: ['store eu-2 is away'] }],
    ['no vector', { kind: 'scalar', value: '1' }],
  ])('once for all where it is %s', async (_how, reply) => {
    const { read, sent } = await start(() => reply);
    expect(values(await read(serviceNames(64)))).toEqual(Array(64).fill('unreachable'));
    expect(sent()).toHaveLength(1);
  });

  it('for half as many next time where it is too slow for them, and not for fewer than 25', async () => {
    const { read, sent } = await start(() => ({ kind: 'raw', write: () => {} }), { timeoutMs: 200 });
    const sizes: number[][] = [];
    for (let slot = 0; slot < 4; slot += 1) {
      expect(values(await read(serviceNames(120)))).toEqual(Array(120).fill('unreachable'));
      sizes.push(sent().map(({ length }) => length));
    }
    expect(sizes).toEqual([[120], [60, 60], [30, 30, 30, 30], [24, 24, 24, 24, 24]]);
  });

  it('for what it is too slow with after all else', async () => {
    const slow = 'slow{service="$SERVICE"}';
    const server = await startPrometheusServer(({ query }) =>
      query.startsWith('slow') ? { kind: 'json', status: 503, body: 'timeout' } : oneEach(query),
    );
    const source = createPrometheus({ url: server.url, batchNames: 4, maxBatches: 1 });
    closing.push(server.close, source.close);
    const questions = [slow, template].flatMap((one) =>
      serviceNames(8).map((SERVICE) => ({ template: one, variables: { SERVICE } })),
    );
    await source.read(questions, at, signal());
    server.queries.splice(0);
    for (let slot = 0; slot < 3; slot += 1) {
      const answers = await source.read(questions, at, signal());
      expect(values(answers).slice(8)).toEqual(serviceNames(8).map((_, index) => index));
      const order = server.queries.splice(0).map(({ query }) => query.startsWith('slow'));
      expect(order.slice(0, 2)).toEqual([false, false]);
      expect(order.slice(2).every(Boolean)).toBe(true);
    }
  });

  it('until it is found who is too slow, where it answers the others', async () => {
    const { read, sent } = await start(
      (query) =>
        namesIn(query).includes('s3') ? { kind: 'json', status: 503, body: 'timeout' } : oneEach(query),
      { batchNames: 4 },
    );
    const expected = serviceNames(8).map((_, index) => (index === 3 ? 'unreachable' : index));
    for (let slot = 0; slot < 2; slot += 1) await read(serviceNames(8));
    expect(values(await read(serviceNames(8)))).toEqual(expected);
    sent();
    expect(values(await read(serviceNames(8)))).toEqual(expected);
    expect(sent().some((names) => names.length === 1 && names[0] === 's3')).toBe(true);
  });
});
