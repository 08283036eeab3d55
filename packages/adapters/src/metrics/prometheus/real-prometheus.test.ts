import { metricSourceContract } from '@lastgood/testkit/contracts/metric-source';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

const at = 1_700_000_000_000;
const hostile = [
  'zzz"}[2m])) or vector(1) #',
  'svc-0000"}[2m])) * 0 #',
  'svc-00.*',
  "svc-$'",
  'a\\',
  'a\nb',
  `q'u"o\`te`,
  'ümläut-\u202e-\u{1f600}',
];
const names = ['cart', 'svc-0000', 'svc-0001', ...hostile];

/** One gauge per name, its value the name's place in the list plus one; a counter that rises by one a second. */
function samples(): string {
  const lines = ['# TYPE share gauge'];
  for (const [index, name] of names.entries()) {
    for (const second of [-60, -30, 0]) {
      lines.push(`share{service=${label(name)}} ${index + 1} ${at / 1000 + second}`);
    }
  }
  lines.push('# TYPE requests counter');
  for (const name of ['healthy', 'failing']) {
    const rise = name === 'failing' ? 1 : 0;
    for (const second of [-150, -120, -90, -60, -30, 0]) {
      lines.push(`requests_total{service="${name}"} ${1000 + second * rise} ${at / 1000 + second}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function label(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: tests against the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('against the real Prometheus (needs prometheus)', () => {
  metricSourceContract('the real Prometheus', async () => {
    const server = await startRealPrometheus(samples());
    const source = createPrometheus({ url: server.url });
    const deadSource = createPrometheus({ url: `http://127.0.0.1:${await closedPort()}` });
    const question = (template: string) => ({ template, variables: { SERVICE: 'cart' } });
    return {
      source,
      deadSource,
      at,
      known: [
        { question: question('share{service="$SERVICE"} / 4'), reading: { kind: 'value', value: 0.25 } },
        { question: question('scalar(share{service="$SERVICE"})'), reading: { kind: 'value', value: 1 } },
        {
          question: question('share{service="$SERVICE"} / 0'),
          reading: { kind: 'value', value: Number.POSITIVE_INFINITY },
        },
        {
          question: question('-share{service="$SERVICE"} / 0'),
          reading: { kind: 'value', value: Number.NEGATIVE_INFINITY },
        },
        { question: question('0 * share{service="$SERVICE"} / 0'), reading: { kind: 'not-a-number' } },
        { question: question('share{service="$SERVICE"} > 1'), reading: { kind: 'no-data' } },
        {
          question: question('share{service!="$SERVICE"}'),
          reading: { kind: 'ambiguous', count: names.length - 1 },
        },
      ],
      samples: {
        question: {
          ...question('requests_total{service="failing",job!="$SERVICE"} - 1000'),
          range: { fromMs: 150_000, stepMs: 30_000 },
        },
        samples: [[-150, -120, -90, -60, -30, 0]],
        silent: {
          ...question('share{service="nobody",job!="$SERVICE"}'),
          range: { fromMs: 60_000, stepMs: 30_000 },
        },
      },
      async close() {
        await Promise.all([source.close(), deadSource.close()]);
        await server.close();
      },
    };
  });

  let server: RealPrometheus;
  let source: Prometheus;
  beforeAll(async () => {
    server = await startRealPrometheus(samples());
    source = createPrometheus({ url: server.url });
  });

  it('answers with a sample of a series that nobody marked stale for as long as is said of the answer', async () => {
    const question = { template: 'share{service="$SERVICE"}', variables: { SERVICE: 'cart' } };
    const readAfter = async (ms: number) =>
      (await source.read([question], at + ms, AbortSignal.timeout(10_000)))[0];
    const late = await readAfter(290_000);
    expect(late?.reading).toEqual({ kind: 'value', value: 1 });
    expect(late?.looksBackMs).toBeGreaterThanOrEqual(290_000);
    expect((await readAfter((late?.looksBackMs ?? 0) + 1_000))?.reading).toEqual({ kind: 'no-data' });
  });
  afterAll(async () => {
    await source.close();
    await server.close();
  });

  async function read(template: string, name?: string) {
    const question = { template, variables: name === undefined ? {} : { SERVICE: name } };
    const [answer] = await source.read([question], at, new AbortController().signal);
    return answer?.reading;
  }

  it('would be fooled by names that are pasted in', async () => {
    const paste = (name: string) => `sum(rate(requests_total{service="${name}"}[2m])) > 0`;
    expect(await read(paste('zzz"}[2m])) or vector(1) #'))).toEqual({ kind: 'value', value: 1 });
    const pasteZero = (name: string) => `sum(rate(requests_total{service="${name}"}[2m]))`;
    expect(await read(pasteZero('failing'))).toEqual({ kind: 'value', value: 1 });
    expect(await read(pasteZero('failing"}[2m])) * 0 #'))).toEqual({ kind: 'value', value: 0 });
  });

  it.each([
    'sum(rate(requests_total{service="$SERVICE"}[2m]))',
    'sum(rate(requests_total{service=~"$SERVICE"}[2m]))',
    "sum(rate(requests_total{service=~'($SERVICE)'}[2m]))",
  ])('is not fooled with %s', async (template) => {
    expect(await read(template, 'failing')).toEqual({ kind: 'value', value: 1 });
    for (const name of [
      'zzz"}[2m])) or vector(1) #',
      'failing"}[2m])) * 0 #',
      'fail.*',
      "failing$'",
      'failing|x',
    ]) {
      expect(await read(template, name)).toEqual({ kind: 'no-data' });
    }
  });

  it.each(names)('finds the series of %j and no other', async (name) => {
    const expected = { kind: 'value', value: names.indexOf(name) + 1 };
    for (const template of [
      'share{service="$SERVICE"}',
      "share{service='$SERVICE'}",
      'share{service=`$SERVICE`}',
      'share{service=~"$SERVICE"}',
      'share{service=~`(?:$SERVICE)|never`}',
    ]) {
      expect(await read(template, name)).toEqual(expected);
    }
    expect(await read('count(share{service!~"$SERVICE"})', name)).toEqual({
      kind: 'value',
      value: names.length - 1,
    });
  });

  it('parses every rendered name, and the name it does not know matches nothing', async () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => text.isWellFormed() && !names.includes(text));
    const template = fc.constantFrom(
      'share{service="$SERVICE"}',
      "share{service=~'x?$SERVICE'}",
      'share{service=`$SERVICE`}',
    );
    await fc.assert(
      fc.asyncProperty(name, template, async (text, asked) => {
        expect(await read(asked, text)).toEqual({ kind: 'no-data' });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    'share{service="$SERVICE"} > 1',
    '1 < share{service="$SERVICE"}',
    'sum(share{service="$SERVICE"} > 1)',
    'max_over_time((share{service="$SERVICE"} > 1)[1m:15s])',
    'share{service="$SERVICE"} and share{service="$SERVICE"} > 1',
    'share{service="$SERVICE"} unless share{service="$SERVICE"} < 2',
    'absent(share{service="$SERVICE"})',
  ])('answers %s with nothing while all is well, as it is told apart', async (template) => {
    expect(await read(template, 'cart')).toEqual({ kind: 'no-data' });
    expect(source.emptyWhenHealthy(template)).not.toBeNull();
  });

  it.each([
    'share{service="$SERVICE"} > bool 1',
    'share{service="$SERVICE"} > 1 or vector(0)',
    'sum(share{service="$SERVICE"} > 1) or 0 * share{service="$SERVICE"}',
    'scalar(share{service="$SERVICE"} > 1)',
  ])('answers %s with something', async (template) => {
    expect((await read(template, 'cart'))?.kind).not.toBe('no-data');
    expect(source.emptyWhenHealthy(template)).toBeNull();
  });

  it('refuses for good what it cannot parse', async () => {
    const question = { template: 'rate(share)', variables: {} };
    const [answer] = await source.read([question], at, new AbortController().signal);
    expect(answer?.refused).toBe(true);
  });

  it('says what Prometheus says of a query it cannot run', async () => {
    expect(await read('rate(share)')).toEqual({
      kind: 'unreachable',
      reason: expect.stringContaining('Prometheus refused the query (bad_data)'),
    });
  });
});
