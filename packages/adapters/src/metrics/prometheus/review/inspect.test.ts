import type { Finding } from '@lastgood/domain/trigger/finding';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from '../prometheus.ts';

const at = 1_700_000_000_000;
const never = new AbortController().signal;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function found(source: Prometheus, template: string, signal = never): Promise<Finding[]> {
  const [findings = []] = await source.inspect([{ template, variables: { SERVICE: 'web' } }], at, signal);
  return findings;
}

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: lint against the real Prometheus; ${missing}\n`);

/** Two jobs, of which one is scraped every 20 s and one every minute; a metric that nobody scrapes. */
const config = `global: { scrape_interval: 1m }
scrape_configs:
  - { job_name: web, scrape_interval: 20s, static_configs: [{ targets: ['127.0.0.1:1'] }] }
  - { job_name: slow, static_configs: [{ targets: ['127.0.0.1:1'] }] }
`;
const samples = `http_requests_total{job="web",service="web",status="200"} 1 ${at / 1_000}
http_requests_total{job="web",service="cart",status="404"} 1 ${at / 1_000}
slow_requests_total{job="slow",service="web"} 1 ${at / 1_000}
job:recorded_total:rate5m{service="web"} 1 ${at / 1_000}
# EOF
`;

describe.skipIf(missing !== null)('what a real Prometheus says of a query', () => {
  let server: RealPrometheus;
  let source: Prometheus;
  beforeAll(async () => {
    server = await startRealPrometheus(samples, { config });
    source = createPrometheus({ url: server.url });
  }, 60_000);
  afterAll(async () => {
    await source.close();
    await server.close();
  });

  it.each([
    'sum(rate(http_requests_total{service="$SERVICE",status=~"5.."}[2m]))',
    'sum(rate(http_requests_total{service="nobody$SERVICE"}[80s] offset 1h))',
    'http_requests_total{status="200"} > 1 or vector(0)',
    'sum(rate(slow_requests_total[4m]))',
    '{__name__="http_requests_total",status="404"}',
    'sum(job:recorded_total:rate5m)',
    'vector(1)',
  ])('it has nothing to say of %s', async (query) => {
    expect(await found(source, query)).toEqual([]);
  });

  it.each<[string, Finding['code'], string, string, string | null]>([
    [
      'sum(htp_requests_total)',
      'unknown-metric',
      'htp_requests_total',
      'http_requests_total',
      'http_requests_total',
    ],
    ['sum(unheard_of)', 'unknown-metric', 'unheard_of', 'No name that it has is near', null],
    ['sum(http_requests_total{servce="$SERVICE"})', 'unknown-label', 'servce', 'service', 'service'],
    ['sum(http_requests_total{zone!="a"})', 'unknown-label', 'zone', 'job, service, status', null],
    ['sum(http_requests_total{status="20"})', 'unknown-label-value', '"20"', '200', '"200"'],
    ['sum(http_requests_total{service="other"})', 'unknown-label-value', '"other"', 'cart, web', null],
    ['sum(rate(http_requests_total[1m]))', 'short-window', '1m', 'every 20s', '1m20s'],
    ['sum(increase(slow_requests_total[2m] offset 5m))', 'short-window', '2m', 'every 1m', '4m'],
    ['sum(rate(job:recorded_total:rate5m[1m]))', 'unknown-scrape-interval', '1m', 'not known', null],
  ])('of %s it tells %s', async (query, code, place, words, fix) => {
    const findings = await found(source, query);
    expect(findings).toEqual([
      {
        ...{ code, severity: 'warning', message: expect.stringContaining(words) },
        place: {
          ...{ offset: query.indexOf(place), line: 1, column: query.indexOf(place) + 1 },
          length: place.length,
        },
        fix: fix === null ? null : { kind: 'replace', title: `Write ${fix}`, text: fix },
      },
    ]);
  });

  it('lists names for whoever writes a query', async () => {
    const names = (wanted: Parameters<Prometheus['names']>[0]) => source.names(wanted, 'main', at, never);
    expect(await names({ of: 'metrics' })).toEqual({
      names: ['http_requests_total', 'job:recorded_total:rate5m', 'slow_requests_total'],
      ...{ isCut: false, problem: null },
    });
    expect((await names({ of: 'labels', metric: 'slow_requests_total' })).names).toEqual([
      ...['__name__', 'job', 'service'],
    ]);
    expect((await names({ of: 'values', label: 'status', metric: 'http_requests_total' })).names).toEqual([
      ...['200', '404'],
    ]);
    expect((await names({ of: 'values' })).problem).toBe('No label is named.');
  });
});

describe('a source that cannot be asked leaves a warning', () => {
  const query = 'sum(rate(a[1m])) / sum(rate(b[1m]))';

  it.each([
    ['is none', (status: number) => status, 404, '404 Not Found'],
    ['refuses', (status: number) => status, 403, '403 Forbidden'],
  ])('that %s', async (_what, statusOf, status, words) => {
    const server = await startLocalServer((_request, response) => {
      response.writeHead(statusOf(status), { 'content-type': 'text/plain' }).end('no');
    });
    const source = createPrometheus({ url: server.url });
    closing.push(source.close, server.close);
    expect(await found(source, query)).toEqual([
      {
        ...{ code: 'could-not-be-asked', severity: 'warning', place: null, fix: null },
        message: expect.stringContaining(words),
      },
    ]);
  });

  it('that hangs, within the time that it is given', async () => {
    const server = await startLocalServer(() => undefined);
    const source = createPrometheus({ url: server.url, timeoutMs: 600_000 });
    closing.push(source.close, server.close);
    const findings = await found(source, query, AbortSignal.timeout(300));
    expect(findings).toEqual([expect.objectContaining({ code: 'could-not-be-asked', severity: 'warning' })]);
  });

  it('that answers garbage', async () => {
    const server = await startLocalServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"status":"success","data":{"a":1}}');
    });
    const source = createPrometheus({ url: server.url });
    closing.push(source.close, server.close);
    expect(await found(source, query)).toEqual([expect.objectContaining({ code: 'could-not-be-asked' })]);
    expect((await source.names({ of: 'metrics' }, 'main', at, never)).problem).toContain('names');
  });
});
