import { createServer } from 'node:http';
import { request } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSteppedClock, type SteppedClock } from '../kubernetes/index.ts';
import { type Listening, listenOnLoopback } from './listen-on-loopback.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { type MetricStore, startMetricStore } from './start-metric-store.ts';

let clock: SteppedClock;
let exposition: { status: number; text: string };
let page: Listening;
let targets: ScrapeTarget[];
let store: MetricStore;

beforeEach(async () => {
  clock = createSteppedClock();
  exposition = { status: 200, text: 'a 1\nb{pod="mine"} 2\n' };
  page = await listenOnLoopback(
    createServer((_request, response) => response.writeHead(exposition.status).end(exposition.text)),
  );
  targets = [{ url: `${page.url}/metrics`, labels: { pod: 'p1' } }];
  store = await startMetricStore({ targets: () => targets, clock });
});

afterEach(async () => {
  await store.close();
  await page.close();
});

async function scrape(): Promise<void> {
  await clock.advance(1_000);
  await store.scrapeNow();
}

async function get(path: string): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await request(`${store.url}${path}`);
  return { status: statusCode, text: await body.text() };
}

async function values(query: string): Promise<Record<string, string>> {
  const { text } = await get(`/api/v1/query?query=${encodeURIComponent(query)}`);
  const answer = JSON.parse(text) as { data: { result: { metric: object; value: [number, string] }[] } };
  return Object.fromEntries(
    answer.data.result.map(({ metric, value }) => [JSON.stringify(metric), value[1]]),
  );
}

it('puts the labels of the target on its samples and keeps what they hide', async () => {
  await scrape();
  const instance = new URL(page.url).host;
  const own = { instance, job: 'sandbox' };
  expect(await values('{__name__=~"a|b|up"}')).toEqual({
    [JSON.stringify({ __name__: 'a', ...own, pod: 'p1' })]: '1',
    [JSON.stringify({ __name__: 'b', exported_pod: 'mine', ...own, pod: 'p1' })]: '2',
    [JSON.stringify({ __name__: 'up', ...own, pod: 'p1' })]: '1',
  });
});

it('lets the labels of the samples win where the target honours them', async () => {
  targets = [{ url: `${page.url}/metrics`, labels: { pod: 'p1', job: 'j' }, honorLabels: true }];
  await scrape();
  expect(await values('count by (pod, job) (b)')).toEqual({ '{"job":"j","pod":"mine"}': '1' });
});

it('ends a series that is missing from the next scrape', async () => {
  await scrape();
  exposition.text = 'a 2\n';
  await scrape();
  expect(await values('count({__name__=~"a|b"})')).toEqual({ '{}': '1' });
});

it.each([
  ['an error', { status: 500, text: 'a 1' }, /HTTP status 500/],
  ['garbage', { status: 200, text: 'a 1\n<html>' }, /line 2/],
])('reads %s as a target that is down, and ends its series', async (_what, answer, reason) => {
  await scrape();
  exposition = answer;
  await scrape();
  expect(await values('count({__name__=~"a|b"})')).toEqual({});
  expect(await values('sum(up)')).toEqual({ '{}': '0' });
  expect(store.targets()).toMatchObject([{ up: false, lastError: expect.stringMatching(reason) }]);
  exposition = { status: 200, text: 'a 3' };
  await scrape();
  expect(await values('sum(a)')).toEqual({ '{}': '3' });
});

it('ends everything of a target that goes away, and starts again when it returns', async () => {
  await scrape();
  const known = targets;
  targets = [];
  await scrape();
  expect(await values('{__name__=~".+"}')).toEqual({});
  targets = known;
  await scrape();
  expect(await values('sum(up)')).toEqual({ '{}': '1' });
});

it('goes on with the series of a target that comes back at another address', async () => {
  const labels = { pod: 'p1', instance: '10.0.0.1:8080' };
  targets = [{ url: `${page.url}/metrics`, labels }];
  exposition.text = 'a 100';
  await scrape();
  await scrape();
  targets = [{ url: `${page.url}/after-restart`, labels }];
  exposition.text = 'a 5';
  await scrape();
  expect(await values('sum by (instance) (a)')).toEqual({ '{"instance":"10.0.0.1:8080"}': '5' });
  expect(await values('sum(up)')).toEqual({ '{}': '1' });
  // Scraped 100, 100 and 5 over two seconds, a reset in between; the window's left half gap is added.
  expect(await values('sum(increase(a[1m]))')).toEqual({ '{}': '6.25' });
  expect(store.targets()[0]?.lastError).toBeNull();
});

it('scrapes by its clock, every two seconds', async () => {
  for (let round = 1; round <= 3; round += 1) {
    exposition.text = `a ${round === 3 ? 2 : 1}`;
    await clock.advance(2_000);
    // The sample itself and the three about the scrape.
    await expect.poll(() => store.size().samples).toBe(round * 4);
  }
  // Scraped 1, 1 and 2: an increase of 1 over 4 s, stretched by half a gap on the left and none on the right.
  expect(await values('sum(increase(a[1m]))')).toEqual({ '{}': '1.25' });
});

it('answers like Prometheus beside its queries', async () => {
  expect((await get('/-/ready')).text).toBe('Prometheus Server is Ready.\n');
  expect((await get('/-/healthy')).text).toBe('Prometheus Server is Healthy.\n');
  expect(JSON.parse((await get('/api/v1/status/buildinfo')).text)).toMatchObject({
    status: 'success',
    data: { version: expect.stringContaining('sandbox') },
  });
  expect(await get('/graph')).toEqual({ status: 404, text: '404 page not found\n' });
  const refused = await get('/api/v1/query?query=topk(1,a)');
  expect([refused.status, JSON.parse(refused.text)]).toEqual([
    400,
    {
      status: 'error',
      errorType: 'bad_data',
      error: 'invalid parameter "query": unsupported by the sandbox\'s metric store: the aggregation topk',
    },
  ]);
});

it('names what it has and how often it scrapes, as Prometheus does', async () => {
  await scrape();
  const data = async (path: string) => (JSON.parse((await get(path)).text) as { data: unknown }).data;
  expect(await data('/api/v1/labels?match[]=b')).toEqual([
    ...['__name__', 'exported_pod', 'instance', 'job', 'pod'],
  ]);
  expect(await data('/api/v1/label/__name__/values')).toEqual(expect.arrayContaining(['a', 'b', 'up']));
  expect(await data(`/api/v1/label/pod/values?match[]=${encodeURIComponent('{__name__="a"}')}`)).toEqual([
    'p1',
  ]);
  expect(await data('/api/v1/labels?match[]=nothing')).toEqual([]);
  expect((await get('/api/v1/labels?match[]=1')).status).toBe(400);
  expect(await data('/api/v1/targets?state=active')).toMatchObject({
    activeTargets: [{ labels: { job: 'sandbox', pod: 'p1' }, scrapeInterval: '2000ms' }],
  });
});
