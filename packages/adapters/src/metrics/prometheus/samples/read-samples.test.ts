import { mostSamples, type SamplesAnswer } from '@lastgood/domain/trigger/question';
import { startPrometheusServer, type WireReply } from '@lastgood/testkit/servers/prometheus-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrometheus } from '../prometheus.ts';

const at = 1_700_000_015_250;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function ask(reply: WireReply, range = { fromMs: 60_000, stepMs: 30_000 }) {
  const server = await startPrometheusServer(() => reply);
  const source = createPrometheus({ url: server.url });
  closing.push(
    () => server.close(),
    () => source.close(),
  );
  const question = {
    template: 'sum by (pod) (rate(a{b="$SERVICE"}[1m]))',
    variables: { SERVICE: 'cart' },
    range,
  };
  const [answer] = await source.readSamples([question], at, AbortSignal.timeout(10_000));
  return { answer: answer as SamplesAnswer, queries: server.queries };
}

/** Seconds before `at`, with what is printed. */
const matrix = (...all: [number, string][][]): WireReply => ({
  kind: 'matrix',
  series: all.map((values, n) => ({
    metric: { pod: `p${n}` },
    values: values.map(([second, text]): [number, string] => [at / 1000 - second, text]),
  })),
});

describe('samples over a range', () => {
  it('are asked for by POST, in steps that end at the instant', async () => {
    const { answer, queries } = await ask(matrix(), { fromMs: 70_000, stepMs: 30_000 });
    expect(queries).toMatchObject([
      {
        ...{ method: 'POST', path: '/api/v1/query_range', query: 'sum by (pod) (rate(a{b="cart"}[1m]))' },
        range: { start: at / 1000 - 60, end: at / 1000, step: 30 },
      },
    ]);
    expect(answer).toMatchObject({ reading: { kind: 'no-data' }, samples: [], looksBackMs: 120_000 });
  });

  it.each<[string, WireReply, object]>([
    [
      'numbers of several series, what is none left out',
      matrix(
        [
          [60, '1'],
          [30, 'NaN'],
          [0, '+Inf'],
        ],
        [[30, '0.5']],
        [[0, 'NaN']],
      ),
      { reading: { kind: 'value', value: 3 }, samples: [[1, Number.POSITIVE_INFINITY], [0.5]] },
    ],
    ['nothing but no numbers', matrix([[0, 'NaN']]), { reading: { kind: 'not-a-number' }, samples: [] }],
    [
      'more than is kept',
      matrix(
        ...Array.from({ length: mostSamples / 2 + 1 }, (): [number, string][] => [
          [30, '1'],
          [0, '1'],
        ]),
      ),
      { reading: { kind: 'unreachable', reason: expect.stringContaining(`more than ${mostSamples}`) } },
    ],
    [
      'of another time',
      matrix([[90, '1']]),
      { reading: { reason: expect.stringContaining('another time') } },
    ],
    [
      'of a time twice',
      matrix([
        [30, '1'],
        [30, '2'],
      ]),
      { reading: { reason: expect.stringContaining('another time') } },
    ],
    ['no number', matrix([[30, 'one']]), { reading: { reason: expect.stringContaining('no number') } }],
    [
      'one number, as of an instant',
      { kind: 'vector', series: [{ metric: {}, value: '1' }] },
      { reading: { reason: expect.stringContaining('form we do not know') } },
    ],
    [
      'a refusal',
      { kind: 'json', status: 400, body: { status: 'error', errorType: 'bad_data', error: 'parse error' } },
      { reading: { reason: expect.stringContaining('parse error') }, refused: true, samples: [] },
    ],
    [
      'a part of the data',
      {
        kind: 'json',
        status: 200,
        body: { status: 'success', isPartial: true, data: { resultType: 'matrix', result: [] } },
      },
      { reading: { kind: 'unreachable', reason: expect.stringContaining('part of the data') }, samples: [] },
    ],
  ])('%s', async (_words, reply, expected) => {
    expect((await ask(reply)).answer).toMatchObject(expected);
  });

  it.each([
    { fromMs: mostSamples * 1_000, stepMs: 1_000 },
    { fromMs: 60_000, stepMs: 0 },
    { fromMs: -1, stepMs: 1_000 },
  ])('of a range with too many steps or none are not asked for: %j', async (range) => {
    const { answer, queries } = await ask(matrix(), range);
    expect(queries).toEqual([]);
    expect(answer).toMatchObject({ reading: { kind: 'unreachable' }, samples: [], answerDigest: null });
  });
});

describe('samples of many over one range', () => {
  const range = { fromMs: 60_000, stepMs: 30_000 };
  const of = (service: string, over: Partial<typeof range & { endsBeforeMs: number }> = {}) => ({
    template: 'sum(rate(a{b="$SERVICE"}[1m]))',
    variables: { SERVICE: service },
    range: { ...range, ...over },
  });

  /** Answers one series for each name that a query asks for, at each step; refuses what `refuses` says. */
  async function askMany(questions: ReturnType<typeof of>[], refuses = (_names: string[]) => false) {
    const server = await startPrometheusServer(({ query, range: asked }) => {
      const names = (/b=~?"(?:\(\?:)?([^")]*)/.exec(query)?.[1] ?? '').split('|');
      if (refuses(names))
        return { kind: 'json', status: 422, body: { status: 'error', errorType: 'execution', error: 'no' } };
      const { start, end, step } = asked ?? { start: 0, end: 0, step: 1 };
      const values = (name: string) =>
        Array.from({ length: Math.round((end - start) / step) + 1 }, (_, n): [number, string] => [
          start + n * step,
          String(name.length + n),
        ]);
      const isOne = names.length === 1;
      const series = names.map((name) => ({ metric: isOne ? {} : { b: name }, values: values(name) }));
      return {
        kind: 'matrix',
        series: series as { metric: Record<string, string>; values: [number, string][] }[],
      };
    });
    const source = createPrometheus({ url: server.url });
    closing.push(
      () => server.close(),
      () => source.close(),
    );
    const answers = await source.readSamples(questions, at, AbortSignal.timeout(10_000));
    return { answers, queries: server.queries };
  }

  it('are asked for at once, and each is answered as it is alone', async () => {
    const { answers, queries } = await askMany([of('cart'), of('till'), of('shelves')]);
    expect(queries).toHaveLength(1);
    expect(answers.map(({ samples }) => samples)).toEqual([[[4, 5, 6]], [[4, 5, 6]], [[7, 8, 9]]]);
    const [alone] = (await askMany([of('shelves')])).answers;
    // The digest of the bytes is compared where a real Prometheus writes them.
    const { tookMs: _took, answerDigest: _digest, ...expected } = alone as SamplesAnswer;
    expect(answers[2]).toMatchObject(expected);
  });

  it('over another range are asked for apart', async () => {
    const later = { endsBeforeMs: 15_000 };
    const { answers, queries } = await askMany([
      of('cart'),
      of('till', later),
      of('shop'),
      of('desk', later),
    ]);
    expect(queries.map((query) => query.range?.end)).toEqual([at / 1000, at / 1000 - 15]);
    expect(answers.every(({ reading }) => reading.kind === 'value')).toBe(true);
  });

  it('are asked for in halves where one of them is refused', async () => {
    const { answers } = await askMany([of('cart'), of('till'), of('shop'), of('bad')], (names) =>
      names.includes('bad'),
    );
    expect(answers.map(({ reading }) => reading.kind)).toEqual(['value', 'value', 'value', 'unreachable']);
  });

  it('are no more numbers in one answer than are read of it', async () => {
    const long = { fromMs: 1_899_000, stepMs: 1_000 };
    const names = Array.from({ length: 25 }, (_, n) => `s${String.fromCharCode(97 + n)}`);
    const { answers, queries } = await askMany(names.map((name) => of(name, long)));
    expect(queries).toHaveLength(3);
    expect(answers.map(({ reading }) => reading)).toEqual(names.map(() => ({ kind: 'value', value: 1_900 })));
  });
});
