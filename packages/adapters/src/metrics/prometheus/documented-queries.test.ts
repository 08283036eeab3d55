import { readFileSync } from 'node:fs';
import { triggerVariables } from '@lastgood/domain/trigger/trigger-frame';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { whyAskedAlone } from './batch/asked-alone.ts';
import { createPrometheus } from './prometheus.ts';

const page = readFileSync(new URL('../../../../../docs/queries.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language,
  text: text ?? '',
}));

interface Documented {
  /** One by alerts has no query. */
  triggers: { name: string; query?: string; minSamples?: { query: string } }[];
}

/** Every example; a window is one that the kind of trigger would fill in. */
const examples = blocks
  .flatMap(({ language, text }) => {
    if (language === '') return [text.trim()];
    return parseAllDocuments(text).flatMap((document) =>
      (document.toJS() as Documented).triggers.flatMap(({ query, minSamples }) => [
        ...(query === undefined ? [] : [query]),
        ...(minSamples ? [minSamples.query] : []),
      ]),
    );
  })
  .map((query) => query.replaceAll('[$WINDOW]', '[5m]'));

const rows = [...page.matchAll(/^\| `([^`]+)` \| (together|by itself) \|/gm)].map(([, query, asked]) => ({
  query: query ?? '',
  asked,
}));

const variables = {
  ...{ SERVICE: 'web', NAMESPACE: 'shop', CLUSTER: 'main', ENVIRONMENT: 'production', WORKLOAD: 'web' },
  ...{ POD_TEMPLATE_HASH: '7c9d', REVISION: 'v2' },
};
const at = 1_700_000_000_000;

/** What the exporters of the examples answer of a version that fails a tenth of its requests; one pod restarts. */
function exposed(): string {
  const own = 'service="web",namespace="shop",pod="web-7c9d-abcde"';
  const istio =
    'reporter="destination",destination_workload="web",destination_workload_namespace="shop",destination_canonical_revision="v2"';
  const series: [string, number][] = [
    [`http_requests_total{${own},status="200"}`, 90],
    [`http_requests_total{${own},status="500"}`, 10],
    [`istio_requests_total{${istio},response_code="200"}`, 90],
    [`istio_requests_total{${istio},response_code="503"}`, 10],
    [`kube_pod_container_status_restarts_total{namespace="shop",pod="web-7c9d-abcde"}`, 1],
    [`http_request_duration_seconds_sum{${own}}`, 30],
    [`http_request_duration_seconds_count{${own}}`, 100],
  ];
  const times = Array.from({ length: 11 }, (_, index) => index);
  const counters = series.map(([name, step]) =>
    times.map((n) => `${name} ${n * step} ${at / 1000 - (10 - n) * 30}`).join('\n'),
  );
  const labels =
    'kube_pod_labels{namespace="shop",pod="web-7c9d-abcde",label_controller_revision_hash="7c9d"}';
  return `${[...counters, times.map((n) => `${labels} 1 ${at / 1000 - (10 - n) * 30}`).join('\n')].join('\n')}\n# EOF\n`;
}

describe('the queries that are documented', () => {
  it('are all there, and can be saved', () => {
    expect([examples.length, rows.length]).toEqual([7, 21]);
    const source = createPrometheus({ url: 'http://127.0.0.1:1' });
    for (const query of [...examples, ...rows.map((one) => one.query)])
      expect(source.lint(query, Object.keys(triggerVariables)), query).toEqual([]);
  });

  it.each(rows)('$query is asked $asked', ({ query, asked }) => {
    expect(whyAskedAlone(query) === null ? 'together' : 'by itself').toBe(asked);
  });
});

const missing = await realPrometheusMissing();
if (missing !== null)
  process.stderr.write(`skipped: documented queries at the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('the documented queries at the real Prometheus', () => {
  let server: RealPrometheus;
  beforeAll(async () => {
    server = await startRealPrometheus(exposed());
  }, 60_000);
  afterAll(() => server.close());

  it('answer a number each, and what is listed is refused by none', async () => {
    const source = createPrometheus({ url: server.url });
    const ask = (queries: readonly string[]) =>
      source.read(
        queries.map((template) => ({ template, variables })),
        at,
        AbortSignal.timeout(20_000),
      );
    for (const { query, reading } of await ask(examples)) expect(reading.kind, query).toBe('value');
    for (const { query, reading } of await ask(rows.map((one) => one.query)))
      expect(reading.kind, query).not.toBe('unreachable');
  }, 60_000);
});
