import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../seeded-random.ts';
import { type Listening, listenOnLoopback } from '../listen-on-loopback.ts';
import { createQueryApi } from '../query-api.ts';
import { createSeriesStore } from '../series-store.ts';
import { ask, differences } from './compared-answers.ts';
import { comparedQueries, refusedQueries } from './queries.ts';
import { randomQuery } from './random-query.ts';
import { hasPrometheus, type RealPrometheus, startRealPrometheus } from './real-prometheus.ts';
import { remoteWrite } from './remote-write.ts';
import { scriptedSamples, scriptMinutes, scriptStart } from './scripted-samples.ts';

const installed = hasPrometheus();
if (!installed)
  process.stdout.write('skipped: no prometheus on this system to compare the metric store with\n');

/** Seconds after the script's start; the last ones lie behind its end, where series are old or gone. */
const instants = [
  0, 1.999, 30, 119.75, 243, 300.317, 301, 421, 499, 502, 610, 719, 725, 1017, 1018, 1019, 2000,
];

describe.skipIf(!installed)(
  'the metric store beside a real Prometheus with the same samples (needs prometheus)',
  () => {
    let real: RealPrometheus;
    let ours: Listening;

    beforeAll(async () => {
      const samples = scriptedSamples();
      real = await startRealPrometheus([]);
      const store = createSeriesStore({ retentionMs: 3_600_000, maxSeries: 1_000 });
      for (let start = 0; start < samples.length; start += 2_000) {
        await remoteWrite(real.url, samples.slice(start, start + 2_000));
      }
      for (const { labels, at, value, stale } of samples) {
        if (stale) store.appendStale(labels, at);
        else store.append(labels, at, value);
      }
      const options = {
        store,
        lookbackMs: 300_000,
        maxSamples: 20_000_000,
        now: () => scriptStart,
        targets: () => [],
      };
      ours = await listenOnLoopback(createQueryApi(options));
    });

    afterAll(async () => {
      await ours?.close();
      await real?.close();
    });

    async function compare(path: string, parameters: Record<string, string>) {
      const [our, their] = await Promise.all([
        ask(ours.url, path, parameters),
        ask(real.url, path, parameters),
      ]);
      return { our, their, different: differences(our, their) };
    }

    it.each(comparedQueries)('answers alike at every instant: %s', async (query) => {
      for (const second of instants) {
        const time = String((scriptStart + second * 1000) / 1000);
        const { different } = await compare('query', { query, time });
        expect(different, `at second ${second}`).toEqual([]);
      }
    });

    it.each(comparedQueries)('answers alike over ranges: %s', async (query) => {
      const from = scriptStart / 1000;
      const ranges = [
        { start: from, end: from + scriptMinutes * 60, step: '15' },
        { start: from + 238.123, end: from + 262, step: '1s' },
        { start: from + 600, end: from + 1300, step: '37.5' },
      ];
      for (const { start, end, step } of ranges) {
        const parameters = { query, start: String(start), end: String(end), step };
        expect((await compare('query_range', parameters)).different, JSON.stringify(parameters)).toEqual([]);
      }
    });

    it.each(refusedQueries)('refuses what it does not know, where Prometheus answers: %s', async (query) => {
      const { our, their } = await compare('query', { query, time: String(scriptStart / 1000 + 300) });
      expect(their.status).toBe(200);
      expect([our.status, our.errorType]).toEqual([400, 'bad_data']);
    });

    it.each([
      ['query', { query: 'gauge', time: 'yesterday' }],
      ['query', { query: 'gauge', time: '2024-01-02T03:06:00Z' }],
      ['query', { query: 'gauge', time: '2024-01-02T03:06:00.5+01:00' }],
      ['query_range', { query: 'gauge', start: '1704164700', end: '1704164600', step: '1' }],
      ['query_range', { query: 'gauge', start: '1704164700', end: '1704164800', step: '0' }],
      ['query_range', { query: 'gauge', start: '1704164700', end: '1704164800', step: 'soon' }],
      ['query_range', { query: 'gauge', start: '1704164700', end: '1704184800', step: '1' }],
      ['query_range', { query: 'gauge', end: '1704164800', step: '1' }],
      ['query_range', { query: 'gauge', start: '1704164700', end: '1704164800', step: '1m30s' }],
    ])('reads parameters alike: %s %j', async (path, parameters) => {
      expect((await compare(path, parameters)).different).toEqual([]);
    });

    it('answers a thousand random queries alike', { timeout: 60_000 }, async () => {
      const random = createSeededRandom('one');
      const outcomes = { value: 0, nothing: 0, error: 0 };
      for (let round = 0; round < 1_000; round += 1) {
        const query = randomQuery(random, 3);
        const at = scriptStart / 1000 + Math.round(random() * 1_000_000) / 1000;
        const [path, parameters] =
          round % 4 === 0
            ? (['query_range', { query, start: String(at), end: String(at + 60), step: '13' }] as const)
            : (['query', { query, time: String(at) }] as const);
        const { their, different } = await compare(path, parameters);
        expect(different, JSON.stringify(parameters)).toEqual([]);
        if (their.status !== 200) outcomes.error += 1;
        else outcomes[their.rows.length === 0 ? 'nothing' : 'value'] += 1;
      }
      expect(outcomes.value).toBeGreaterThan(400);
      expect(outcomes.error).toBeGreaterThan(20);
    });

    it('has something to compare', async () => {
      const { their } = await compare('query', {
        query: 'count(http_requests_total)',
        time: String(scriptStart / 1000 + 300),
      });
      expect(Number(their.rows[0]?.points[0]?.[1])).toBeGreaterThan(7);
    });
  },
);
