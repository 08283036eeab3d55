import { type RealPrometheus, startRealPrometheus } from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll } from 'vitest';
import { createPrometheus, type Prometheus } from '../prometheus.ts';
import { sampleSeries } from './sample-series.ts';

interface TwoSources {
  /** Asks for many names at once. */
  together: Prometheus;
  /** Asks for each name by itself. */
  alone: Prometheus;
  /** How many queries the server has answered at this address of its API. */
  queriesOf(path: 'query' | 'query_range'): Promise<number>;
}

/** One real Prometheus with the sample series, asked in two ways while the tests of a `describe` run. */
export function useTwoSources(seed: number): TwoSources {
  let server: RealPrometheus;
  const sources = { queriesOf: (path) => queriesOf(server, path) } as TwoSources;
  beforeAll(async () => {
    server = await startRealPrometheus(sampleSeries(seed));
    sources.together = createPrometheus({ url: server.url, timeoutMs: 60_000 });
    sources.alone = createPrometheus({ url: server.url, timeoutMs: 60_000, batchNames: 1 });
  }, 60_000);
  afterAll(async () => {
    await Promise.all([sources.together.close(), sources.alone.close()]);
    await server.close();
  });
  return sources;
}

async function queriesOf({ url }: RealPrometheus, path: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const ofPath = new RegExp(
    String.raw`^prometheus_http_requests_total\{[^}]*handler="/api/v1/${path}"[^}]*\} (\d+)$`,
    'gm',
  );
  return [...text.matchAll(ofPath)].reduce((sum, [, count]) => sum + Number(count), 0);
}
