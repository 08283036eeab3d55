import { comparison } from '@lastgood/domain/trigger/kinds/comparison/comparison';
import type { ComparisonTrigger, Declared } from '@lastgood/domain/trigger/kinds/comparison/declared';
import type { TriggerSubject } from '@lastgood/domain/trigger/kinds/trigger-kind';
import type { TriggerPart } from '@lastgood/domain/trigger/part';
import type { TriggerCommon } from '@lastgood/domain/trigger/trigger-frame';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

const at = 1_700_000_007_000;
const minute = 60_000;
const scrapeMs = 15_000;
/** When the new version came. */
const startedAt = at - 20 * minute;

let state = 42;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Seconds spent and requests counted by a pod, whose requests take about so long each and fail so often. */
function podLines(
  name: string,
  pod: string,
  from: number,
  to: number,
  { seconds, failing }: { seconds: number; failing: number },
): string[] {
  let counted = 0;
  const lines: string[] = [];
  for (let instant = from; instant <= to; instant += scrapeMs) {
    const requests = 100 + Math.floor(random() * 20);
    if (name === 'requests_total') counted += 110;
    if (name === 'spent_seconds_total') counted += requests * seconds * (0.9 + 0.2 * random());
    if (name === 'failed_total') counted += Math.round(requests * failing * 2 * random());
    lines.push(`${name}{pod="${pod}"} ${counted} ${instant / 1000}`);
  }
  return lines;
}

const hourAgo = at - 60 * minute;
/** Three services. The old pods of `canary-*` run on beside the new ones; those of `rolled-*` end where the new ones begin. */
const pods: [pod: string, from: number, to: number, of: { seconds: number; failing: number }][] = [
  ['canary-slow-old1-a', hourAgo, at, { seconds: 0.1, failing: 0 }],
  ['canary-slow-new1-a', startedAt, at, { seconds: 0.2, failing: 0.03 }],
  ['canary-same-old1-a', hourAgo, at, { seconds: 0.1, failing: 0.01 }],
  ['canary-same-new1-a', startedAt, at, { seconds: 0.1, failing: 0.01 }],
  ['rolled-slow-old1-a', hourAgo, startedAt, { seconds: 0.1, failing: 0 }],
  ['rolled-slow-new1-a', startedAt, at, { seconds: 0.25, failing: 0 }],
];

function samples(): string {
  const families = ['failed_total', 'requests_total', 'spent_seconds_total'];
  const lines = families.flatMap((name) => [
    `# TYPE ${name.replace(/_total$/, '')} counter`,
    ...pods.flatMap(([pod, from, to, of]) => podLines(name, pod, from, to, of)),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

const ofVersion = 'pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"';
const ofAll = 'pod=~"$WORKLOAD-.*"';
const latency = (matcher: string) =>
  `sum(rate(spent_seconds_total{${matcher}}[$WINDOW])) / sum(rate(requests_total{${matcher}}[$WINDOW]))`;
const errors = (matcher: string) =>
  `sum(rate(failed_total{${matcher}}[$WINDOW])) / sum(rate(requests_total{${matcher}}[$WINDOW]))`;

function trigger(declared: Partial<Declared> & Pick<Declared, 'query' | 'against'>): ComparisonTrigger {
  const frame: TriggerCommon = {
    name: 'compared',
    severity: 'auto_rollback',
    description: '',
    shadow: false,
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
  };
  return comparison.accept({ minEffect: 1.5, floor: 0.01, unit: 's', ...declared }, frame);
}

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: comparisons on the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('versions compared on the real Prometheus (needs prometheus)', () => {
  let server: RealPrometheus;
  let source: Prometheus;
  beforeAll(async () => {
    server = await startRealPrometheus(samples());
    source = createPrometheus({ url: server.url });
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  /** Asked, answered and judged as in a slot. */
  async function look(of: ComparisonTrigger, workload: string, ageMs: number | null = 20 * minute) {
    const variables = { WORKLOAD: workload, POD_TEMPLATE_HASH: 'new1' };
    const subject: TriggerSubject = {
      ...{ variables, ageMs, toldApartBy: ['POD_TEMPLATE_HASH'] },
      before: { ...variables, POD_TEMPLATE_HASH: 'old1' },
    };
    const then = ageMs === null ? startedAt - scrapeMs : startedAt + ageMs;
    const asked = comparison.ask(of, subject);
    const answers = await source.readSamples(
      asked.map(({ question, range = { fromMs: 0, stepMs: minute } }) => ({ ...question, range })),
      then,
      new AbortController().signal,
    );
    const parts = asked.flatMap(({ question: _question, range: _range, ...part }, index): TriggerPart[] => {
      const answer = answers[index];
      return answer ? [{ ...part, reading: answer.reading, samples: answer.samples }] : [];
    });
    const reading = comparison.judge(of, parts);
    return { reading, parts, words: comparison.describe(of, reading, parts) };
  }

  const slower = trigger({ query: latency(ofVersion), against: 'old_version' });
  const slowerThanBefore = trigger({ query: latency(ofAll), against: 'before_deployment' });

  it('finds the new version of a canary twice as slow as the old one', async () => {
    const { reading, parts, words } = await look(slower, 'canary-slow');
    expect(reading.kind === 'value' && reading.value).toBeCloseTo(2, 0);
    expect(reading.kind === 'value' && reading.value > slower.threshold).toBe(true);
    expect(parts.map(({ samples = [] }) => samples.map(({ length }) => length))).toEqual([[15], [15]]);
    expect(words).toMatch(
      /^(2|1\.9\d?|2\.0?\d)× the old version's \(0\.\d+ s against 0\.\d+ s, p < 0\.0001\), > 1\.5×/,
    );
  });

  it('finds errors where there were none', async () => {
    const failing = trigger({ query: errors(ofVersion), against: 'old_version', unit: 'ratio' });
    const { reading, words } = await look(failing, 'canary-slow');
    expect(reading.kind === 'value' && reading.value > failing.threshold).toBe(true);
    expect(words).toContain('against 0 %, which counts as 1 %');
  });

  it('finds nothing where both versions are alike', async () => {
    for (const query of [latency(ofVersion), errors(ofVersion)])
      for (const ageMs of [8, 12, 16, 20].map((minutes) => minutes * minute)) {
        const of = trigger({ query, against: 'old_version' });
        const { reading } = await look(of, 'canary-same', ageMs);
        expect(reading.kind).toBe('value');
        expect(reading.kind === 'value' && reading.value > of.threshold).toBe(false);
      }
  });

  it('cannot tell while there are too few samples, nor once the old version is gone', async () => {
    const young = await look(slower, 'canary-slow', 5.5 * minute);
    expect(young.reading).toEqual({ kind: 'no-data' });
    expect(young.words).toMatch(
      /cannot be told yet: [45] samples of the new version and 5 of the old one, and 8/,
    );
    const gone = await look(slower, 'rolled-slow');
    expect(gone.reading).toEqual({ kind: 'no-data', over: true });
    expect(gone.words).toContain('0 of the old one');
  });

  it('finds it slower than before the deployment, whether or not the query tells versions apart', async () => {
    const told = trigger({ query: latency(ofVersion), against: 'before_deployment' });
    for (const of of [slowerThanBefore, told]) {
      const { reading, words } = await look(of, 'rolled-slow');
      expect(reading.kind === 'value' && reading.value).toBeCloseTo(2.5, 0);
      expect(words).toContain('× what it was before');
    }
    const { reading } = await look(slowerThanBefore, 'canary-same');
    expect(reading.kind === 'value' && reading.value > slowerThanBefore.threshold).toBe(false);
  });

  it('was not slower already before the deployment', async () => {
    const { reading } = await look(slowerThanBefore, 'rolled-slow', null);
    expect(reading.kind === 'value' && reading.value > slowerThanBefore.threshold).toBe(false);
    expect(reading.kind).toBe('value');
  });

  it('is judged again from what was kept, bit for bit', async () => {
    const { reading, parts, words } = await look(slower, 'canary-slow');
    const kept: TriggerPart[] = JSON.parse(JSON.stringify(parts));
    expect(comparison.judge(slower, kept)).toStrictEqual(reading);
    expect(comparison.describe(slower, reading, kept)).toBe(words);
  });

  it('is refused for several series of a version', async () => {
    const several = trigger({
      query: `rate(requests_total{${ofAll}}[$WINDOW])`,
      against: 'before_deployment',
    });
    expect((await look(several, 'canary-slow')).reading).toEqual({ kind: 'ambiguous', count: 2 });
  });
});
