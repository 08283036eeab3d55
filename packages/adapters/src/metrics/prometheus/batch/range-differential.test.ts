import type { SamplesAnswer } from '@lastgood/domain/trigger/question';
import { realPrometheusMissing } from '@lastgood/testkit/servers/real-prometheus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prometheus } from '../prometheus.ts';
import { whyAskedAlone } from './asked-alone.ts';
import { queryShape } from './query-shapes.ts';
import { at, everybody } from './sample-series.ts';
import { useTwoSources } from './two-sources-harness.ts';

// More of them, and others: LASTGOOD_BATCH_SHAPES=5000 LASTGOOD_BATCH_SEED=1
const shapes = Math.ceil(Number(process.env.LASTGOOD_BATCH_SHAPES ?? 200) / 4);
const seed = Number(process.env.LASTGOOD_BATCH_SEED ?? 53);

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: ranges against the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)(
  'samples of a batch are those of each query alone (needs prometheus)',
  () => {
    const sources = useTwoSources(seed);

    const range = { fromMs: 90_000, stepMs: 15_000, endsBeforeMs: 2_500 };
    const read = (source: Prometheus, template: string, names = everybody) =>
      source.readSamples(
        names.map((variables) => ({ template, variables, range })),
        at,
        new AbortController().signal,
      );

    /** All that hangs on nothing but the query and the samples, the digest of the answer's bytes among it. */
    function comparable({ reading, answerDigest, tookMs, ...answer }: SamplesAnswer): string {
      // Which of several faults is told, Prometheus says anew each time.
      if (reading.kind === 'unreachable') return JSON.stringify({ ...answer, reading: reading.kind });
      return JSON.stringify({ ...answer, reading, answerDigest });
    }

    /**
     * Over steps Prometheus takes the series of whatever is no selector in any order: asked again, the last bit of a sum may be another.
     * What is always the same is compared once.
     */
    async function isEverAnsweredAlone(template: string, index: number, answer: string): Promise<boolean> {
      const name = everybody[index];
      if (!name) return false;
      for (let attempt = 0; attempt < 50; attempt += 1) {
        const [again] = await read(sources.alone, template, [name]);
        if (again && comparable(again) === answer) return true;
      }
      return false;
    }

    async function expectEqual(template: string): Promise<SamplesAnswer[]> {
      const batched = await read(sources.together, template);
      const single = (await read(sources.alone, template)).map(comparable);
      for (const [index, answer] of batched.entries()) {
        const got = comparable(answer);
        if (got !== single[index] && !(await isEverAnsweredAlone(template, index, got)))
          expect(got, template).toBe(single[index]);
      }
      return batched;
    }

    it(`whatever the query: ${shapes} shapes for ${everybody.length} names`, {
      timeout: 3_600_000,
    }, async () => {
      const kinds = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(queryShape, async (template) => {
          for (const { reading } of await expectEqual(template))
            kinds.set(reading.kind, (kinds.get(reading.kind) ?? 0) + 1);
        }),
        { numRuns: shapes, seed, endOnFailure: true },
      );
      for (const kind of ['value', 'no-data', 'not-a-number'])
        expect(kinds.get(kind) ?? 0).toBeGreaterThan(5);
    });

    it.each([
      ['a rate', 'sum(rate(http_requests_total{service="$SERVICE"}[1m]))'],
      ['of one version', 'sum(rate(load{service="$SERVICE",pod_hash="$POD_TEMPLATE_HASH"}[1m]))'],
      ['of the pods of one version', 'rate(load{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[1m])'],
      ['a quantile', 'histogram_quantile(0.9, sum by (le) (rate(duration_bucket{service="$SERVICE"}[1m])))'],
      ['or none', 'sum(increase(http_requests_total{service="$SERVICE"}[1m])) or vector(0)'],
      ['or none of one with labels', 'rate(http_requests_total{service="$SERVICE"}[1m]) or on() vector(0)'],
      ['many series', 'rate(http_requests_total{service="$SERVICE"}[1m])'],
    ])('%s, in a few queries', async (_name, template) => {
      const before = await sources.queriesOf('query_range');
      const batched = await read(sources.together, template);
      expect((await sources.queriesOf('query_range')) - before).toBeLessThanOrEqual(6);
      expect(batched).toHaveLength(everybody.length);
      await expectEqual(template);
    });
  },
);

it.each([
  ['sum(rate(load{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[1m]))', /adds up series.*any order/],
  ['absent(load{service="$SERVICE"})', /absent/],
  ['sum(rate(load{service="$SERVICE"}[1m]))', null],
  ['rate(load{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[1m])', null],
])('why %s is asked alone over a range', (template, why) => {
  const said = whyAskedAlone(template, 'range');
  if (why === null) expect(said).toBeNull();
  else expect(said).toMatch(why);
});
