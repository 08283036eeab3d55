import type { Answer } from '@lastgood/domain/trigger/question';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createPrometheus, type Prometheus } from '../prometheus.ts';
import { batching } from './batching.ts';
import { queryShape } from './query-shapes.ts';
import { at, everybody, sampleSeries } from './sample-series.ts';

/** More shapes: LASTGOOD_BATCH_SHAPES=5000 LASTGOOD_BATCH_SEED=1 vitest run ... */
const runs = Number(process.env.LASTGOOD_BATCH_SHAPES ?? 150);
const seed = Number(process.env.LASTGOOD_BATCH_SEED ?? 47);

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: batches against the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)(
  'a batch answers each name as its query alone does (needs prometheus)',
  () => {
    let server: RealPrometheus;
    let together: Prometheus;
    let alone: Prometheus;
    beforeAll(async () => {
      server = await startRealPrometheus(sampleSeries(seed));
      together = createPrometheus({ url: server.url });
      alone = createPrometheus({ url: server.url, batchNames: 1 });
    });
    afterAll(async () => {
      await Promise.all([together.close(), alone.close()]);
      await server.close();
    });

    const questionsOf = (template: string) => everybody.map((variables) => ({ template, variables }));
    const signal = () => AbortSignal.timeout(60_000);

    /** What hangs on nothing but the query and the samples. */
    function comparable({ reading, tookMs, answerDigest, ...answer }: Answer) {
      // In which order many series are answered, and which of several faults is told, Prometheus says anew each time.
      if (reading.kind === 'ambiguous') return { ...answer, reading };
      if (reading.kind === 'unreachable') return { ...answer, reading: reading.kind };
      return { ...answer, reading, answerDigest };
    }

    /** A sum over the series of a subquery or of histograms is added up in any order: asked again it may differ in its last bit. */
    async function isOneOfIts(template: string, index: number, answer: Answer): Promise<boolean> {
      const [question] = questionsOf(template).slice(index);
      for (let attempt = 0; question && attempt < 40; attempt += 1) {
        const [again] = await alone.read([question], at, signal());
        if (again && JSON.stringify(comparable(again)) === JSON.stringify(comparable(answer))) return true;
      }
      return false;
    }

    it('whatever the query', { timeout: 600_000 }, async () => {
      const counts: Record<string, number> = {};
      let loose = 0;
      const fails: string[] = [];
      await fc.assert(
        fc.asyncProperty(queryShape, async (template) => {
          const questions = questionsOf(template);
          const batched = await together.read(questions, at, signal());
          const single = await alone.read(questions, at, signal());
          const how = batching(template).batched ? 'batched' : 'single';
          for (const [index, answer] of batched.entries()) {
            counts[`${how} ${answer.reading.kind}`] = (counts[`${how} ${answer.reading.kind}`] ?? 0) + 1;
            const [one, other] = [comparable(answer), single[index] && comparable(single[index])];
            if (JSON.stringify(one) === JSON.stringify(other)) continue;
            if (await isOneOfIts(template, index, answer)) loose += 1;
            else {
              fails.push(`${template} ${JSON.stringify(one)} ${JSON.stringify(other)}`);
              break;
            }
          }
        }),
        { numRuns: runs, seed },
      );
      process.stderr.write(`${JSON.stringify(counts)} loose ${loose}\n${fails.join('\n')}`);
    });
  },
);
