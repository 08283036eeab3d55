import { createServer } from 'node:http';
import { comparison } from '@lastgood/domain/trigger/kinds/comparison/comparison';
import type { TriggerPart } from '@lastgood/domain/trigger/part';
import { createSteppedClock, type SteppedClock } from '@lastgood/sandbox/kubernetes/index';
import { type MetricStore, startMetricStore } from '@lastgood/sandbox/metrics/index';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

/* A comparison trigger at the metric store of the sandbox: it answers a range of time, or refuses in words. */

const minute = 60_000;
const shares = { 'web-old1-a': 0, 'web-new1-a': 0.5 };

let clock: SteppedClock;
let store: MetricStore;
let prometheus: Prometheus;
let closePage: () => Promise<void>;
const requests = new Map(Object.keys(shares).map((pod) => [pod, 0]));

beforeEach(async () => {
  clock = createSteppedClock();
  const page = createServer((_request, response) => {
    const lines = Object.entries(shares).flatMap(([pod, share]) => {
      const all = (requests.get(pod) ?? 0) + 100;
      requests.set(pod, all);
      return [`requests_total{pod="${pod}"} ${all}`, `failed_total{pod="${pod}"} ${all * share}`];
    });
    response.end(`# TYPE requests_total counter\n# TYPE failed_total counter\n${lines.join('\n')}\n`);
  });
  const port = await new Promise<number>((resolve) =>
    page.listen(0, '127.0.0.1', () => resolve((page.address() as { port: number }).port)),
  );
  closePage = () => new Promise((resolve) => page.close(() => resolve()));
  const target = { url: `http://127.0.0.1:${port}/metrics`, labels: {}, honorLabels: true };
  store = await startMetricStore({ targets: () => [target], clock, scrapeIntervalMs: 24 * 60 * minute });
  prometheus = createPrometheus({ url: store.url });
});
afterEach(async () => {
  await prometheus.close();
  await store.close();
  await closePage();
});

it('tells a new version that fails from the old one', async () => {
  for (let scrapes = 0; scrapes < 80; scrapes += 1) {
    await clock.advance(15_000);
    await store.scrapeNow();
  }
  const ofVersion = '{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}';
  const trigger = comparison.accept(
    {
      query: `sum(rate(failed_total${ofVersion}[$WINDOW])) / sum(rate(requests_total${ofVersion}[$WINDOW]))`,
      ...{ against: 'old_version', minEffect: 2, floor: 0.01, unit: 'ratio' },
    },
    {
      ...{ name: 'compared', severity: 'auto_rollback', description: '', shadow: false },
      ...{ onNoData: 'hold', onNotANumber: 'hold', initialDelayMs: 0, keepFiringMs: 0 },
    },
  );
  const variables = { WORKLOAD: 'web', POD_TEMPLATE_HASH: 'new1' };
  const before = { ...variables, POD_TEMPLATE_HASH: 'old1' };
  const asked = comparison.ask(trigger, {
    ...{ variables, before, ageMs: 18 * minute, toldApartBy: ['POD_TEMPLATE_HASH'] },
  });
  const signal = AbortSignal.timeout(20_000);
  const questions = asked.map(({ question, range = { fromMs: 0, stepMs: minute } }) => ({
    ...question,
    range,
  }));
  const answers = await prometheus.readSamples(questions, clock.now(), signal);
  const parts = asked.flatMap(({ question: _question, range: _range, ...part }, index): TriggerPart[] => {
    const answer = answers[index];
    return answer ? [{ ...part, reading: answer.reading, samples: answer.samples }] : [];
  });
  const reading = comparison.judge(trigger, parts);
  expect(comparison.describe(trigger, reading, parts)).toMatch(
    /^50× the old version's \(50 % against 0 %, which counts as 1 %, p < 0\.0001\), > 2×/,
  );
});

it('refuses in words what its store cannot evaluate over a range', async () => {
  const range = { fromMs: 10 * minute, stepMs: minute };
  const question = { template: 'holt_winters(failed_total[1m], 0.5, 0.5)', variables: {}, range };
  const [answer] = await prometheus.readSamples([question], clock.now(), AbortSignal.timeout(20_000));
  expect(answer?.reading).toMatchObject({
    kind: 'unreachable',
    reason: expect.stringMatching(/holt_winters/),
  });
});
