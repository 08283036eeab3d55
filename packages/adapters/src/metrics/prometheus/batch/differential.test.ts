import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import type { Answer } from '@lastgood/domain/trigger/question';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import { realPrometheusMissing } from '@lastgood/testkit/servers/real-prometheus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prometheus } from '../prometheus.ts';
import { whyAskedAlone } from './asked-alone.ts';
import { queryShape } from './query-shapes.ts';
import { at, everybody } from './sample-series.ts';
import { useTwoSources } from './two-sources-harness.ts';

const shippedQueries = shippedTriggers().flatMap((trigger): [string, string][] => [
  ...triggerKind(trigger)
    .queries(trigger)
    .map(({ template }): [string, string] => [trigger.name, template]),
  ...(trigger.minSamples
    ? [[`companion of ${trigger.name}`, trigger.minSamples.query] as [string, string]]
    : []),
]);

// More of them, and others: LASTGOOD_BATCH_SHAPES=5000 LASTGOOD_BATCH_SEED=1
const shapes = Number(process.env.LASTGOOD_BATCH_SHAPES ?? 200);
const seed = Number(process.env.LASTGOOD_BATCH_SEED ?? 47);

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: batches against the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('a batch answers each as its query alone does (needs prometheus)', () => {
  const sources = useTwoSources(seed);

  const questionsOf = (template: string) => everybody.map((variables) => ({ template, variables }));
  const read = (source: Prometheus, template: string) =>
    source.read(questionsOf(template), at, new AbortController().signal);

  /** All that hangs on nothing but the query and the samples, the digest of the answer's bytes among it. */
  function comparable({ reading, answerDigest, tookMs, ...answer }: Answer): string {
    // In which order many series are answered, and which of several faults is told, Prometheus says anew each time.
    if (reading.kind === 'unreachable') return JSON.stringify({ ...answer, reading: reading.kind });
    if (reading.kind === 'ambiguous') return JSON.stringify({ ...answer, reading });
    return JSON.stringify({ ...answer, reading, answerDigest });
  }

  /**
   * Over the steps of a subquery, and over histograms, Prometheus takes series in any order: asked again, the last bit of a sum or
   * the first of equal ones may be another.
   */
  async function isEverAnsweredAlone(template: string, index: number, answer: string): Promise<boolean> {
    const question = questionsOf(template)[index];
    if (!question || !/\[1m:15s\]|histogram_quantile/.test(template)) return false;
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const [again] = await sources.alone.read([question], at, new AbortController().signal);
      if (again && comparable(again) === answer) return true;
    }
    return false;
  }

  async function expectEqual(template: string): Promise<Answer[]> {
    const batched = await read(sources.together, template);
    const single = (await read(sources.alone, template)).map(comparable);
    for (const [index, answer] of batched.entries()) {
      const got = comparable(answer);
      if (got !== single[index] && !(await isEverAnsweredAlone(template, index, got)))
        expect(got).toBe(single[index]);
    }
    return batched;
  }

  it(`whatever the query: ${shapes} shapes for ${everybody.length} names`, {
    timeout: 3_600_000,
  }, async () => {
    const kinds: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(queryShape, async (template) => {
        const answers = await expectEqual(template);
        const how = whyAskedAlone(template) === null ? 'together' : 'alone';
        for (const { reading } of answers) {
          const kind = `${how} ${reading.kind}`;
          kinds[kind] = (kinds[kind] ?? 0) + 1;
        }
      }),
      { numRuns: shapes, seed, endOnFailure: true },
    );
    if (process.env.LASTGOOD_BATCH_SHAPES) process.stderr.write(`${JSON.stringify(kinds)}\n`);
    const inBatches = ['value', 'no-data', 'not-a-number', 'ambiguous', 'unreachable'];
    for (const kind of inBatches) expect(kinds[`together ${kind}`] ?? 0).toBeGreaterThan(20);
    expect(kinds['alone value'] ?? 0).toBeGreaterThan(20);
  });

  it.each([
    ...shippedQueries,
    ['requests as a companion', 'sum(increase(http_requests_total{service="$SERVICE"}[2m]))'],
    ['requests or none', 'sum(increase(http_requests_total{service="$SERVICE"}[2m])) or vector(0)'],
    ['a subquery', 'max_over_time(sum(rate(http_requests_total{service="$SERVICE"}[1m]))[2m:15s])'],
    ['a moment before', 'sum(rate(http_requests_total{service="$SERVICE"}[1m] offset 1m))'],
    ['a moment that is fixed', 'sum(rate(http_requests_total{service="$SERVICE"}[1m] @ 1699999950))'],
    ['two labels', 'sum(share{service="$SERVICE"}) / sum(load{app="$SERVICE",namespace="$NAMESPACE"})'],
  ])('%s', async (_name, template) => {
    const before = await sources.queriesOf('query');
    const batched = await read(sources.together, template);
    // Names that begin others are asked apart, and a namespace that only some selectors ask for too.
    expect((await sources.queriesOf('query')) - before).toBeLessThanOrEqual(6);
    expect(new Set(batched.map(({ reading }) => reading.kind))).toContain('value');
    await expectEqual(template);
  });
});
