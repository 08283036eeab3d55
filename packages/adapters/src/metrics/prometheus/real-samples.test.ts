import { metricSamplesContract } from '@lastgood/testkit/contracts/metric-samples';
import { realPrometheusMissing, startRealPrometheus } from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

const at = 1_700_000_007_000;
const reachMs = 1_200_000;

/** A counter that is scraped every 15 s and resets in the middle, a gauge that ends, and one that is not-a-number at times. */
function samples(): string {
  const lines: string[] = [];
  const write = (name: string, service: string, of: (index: number) => string | null) => {
    for (let index = 0; index <= 120; index += 1) {
      const value = of(index);
      if (value !== null)
        lines.push(`${name}{service="${service}"} ${value} ${at / 1000 - (120 - index) * 15}`);
    }
  };
  const of: Record<string, (index: number) => string | null> = {
    failed_total: (index) => String(Math.floor((index * index) / 50)),
    requests_total: (index) => String(index < 70 ? index * 30 : (index - 70) * 40),
    level: (index) => (index % 20 < 12 ? String(Math.sin(index)) : null),
    odd: (index) => (index % 7 === 0 ? 'NaN' : index % 11 === 0 ? '+Inf' : String(index / 10)),
  };
  for (const [name, value] of Object.entries(of)) {
    lines.push(`# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'gauge'}`);
    for (const service of ['cart', 'web']) write(name, service, value);
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

const question = (template: string) => ({ template, variables: { SERVICE: 'cart' } });
const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: samples of the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('samples of the real Prometheus (needs prometheus)', () => {
  metricSamplesContract('the real Prometheus', async () => {
    const server = await startRealPrometheus(samples());
    const source = createPrometheus({ url: server.url });
    return {
      source,
      at,
      reachMs,
      questions: [
        question('sum(rate(requests_total{service="$SERVICE"}[1m]))'),
        question(
          'sum(rate(failed_total{service="$SERVICE"}[1m])) / sum(rate(requests_total{service="$SERVICE"}[1m]))',
        ),
        question('level{service="$SERVICE"} # a comment at its end'),
        question('odd{service="$SERVICE"}'),
        question('level{service="$SERVICE"} offset 2m > 0'),
        question('sum(increase(failed_total{service="$SERVICE"}[1m])) or vector(0)'),
      ],
      several: question('level'),
      none: question('nothing{service="$SERVICE"}'),
      async close() {
        await source.close();
        await server.close();
      },
    };
  });

  let source: Prometheus;
  let close = async () => {};
  beforeAll(async () => {
    const server = await startRealPrometheus(samples());
    source = createPrometheus({ url: server.url });
    close = async () => {
      await source.close();
      await server.close();
    };
  });
  afterAll(() => close());
  const read = async (template: string, over = { forMs: 300_000, everyMs: 60_000, endsBeforeMs: 0 }) => {
    const [answer] = await source.read([{ ...question(template), over }], at, new AbortController().signal);
    return answer;
  };

  it('refuses for good what is no series', async () => {
    expect(await read('scalar(level)')).toMatchObject({ refused: true, reading: { kind: 'unreachable' } });
  });

  it('looks as far back as the stretch reaches', async () => {
    const answer = await read('sum(rate(requests_total[1m]))', {
      forMs: 300_000,
      everyMs: 60_000,
      endsBeforeMs: 600_000,
    });
    expect(answer?.looksBackMs).toBe(60_000 + 300_000 + 600_000);
    expect(answer?.samples).toHaveLength(5);
  });

  it('does not ask for more than anybody needs', async () => {
    const answer = await read('level', { forMs: 86_400_000, everyMs: 1_000, endsBeforeMs: 0 });
    expect(answer).toMatchObject({
      reading: { kind: 'unreachable', reason: expect.stringContaining('more than 1000 samples') },
      answerDigest: null,
    });
  });
});
