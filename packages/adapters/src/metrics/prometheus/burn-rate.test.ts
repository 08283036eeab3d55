import { type BurnRateTrigger, budgetOf, burnFrame } from '@lastgood/domain/trigger/kinds/burn-rate/declared';
import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { isMetricPart } from '@lastgood/domain/trigger/part';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

const at = 1_700_000_000_000;
const minute = 60_000;
const hours = 8;
const scrapeMs = 30_000;

/** The share of requests that fail so many minutes before `at`. */
type Profile = (minutesAgo: number) => number;

/** Phases of 20 minutes, each at a share of its own, from a fixed seed. */
function wandering(seed: number): Profile {
  const shares = [0, 0, 0.003, 0.01, 0.02, 0.2];
  let state = seed;
  const phases = Array.from({ length: hours * 3 + 1 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return shares[Math.floor((state / 2_147_483_648) * shares.length)] ?? 0;
  });
  return (minutesAgo) => phases[Math.floor(minutesAgo / 20)] ?? 0;
}

const profiles: Record<string, Profile> = {
  // The version before failed until 20 minutes ago.
  mended: (ago) => (ago > 20 ? 0.1 : 0),
  broken: (ago) => (ago > 20 ? 0 : 0.1),
  burst: (ago) => (ago > 1 ? 0 : 0.1),
  past: (ago) => (ago > 31 ? 0.1 : 0),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((seed) => [`wandering-${seed}`, wandering(seed * 7_919)])),
};

/** Ten requests a second. */
function samples(): string {
  const lines = ['# TYPE requests counter'];
  for (const [service, share] of Object.entries(profiles)) {
    let [ok, bad] = [0, 0];
    const counters: Record<'200' | '500', string[]> = { 200: [], 500: [] };
    for (let ago = hours * 60 * minute; ago >= 0; ago -= scrapeMs) {
      const failing = share(ago / minute);
      ok += (scrapeMs / 100) * (1 - failing);
      bad += (scrapeMs / 100) * failing;
      const second = (at - ago) / 1000;
      counters[200].push(`requests_total{service="${service}",status="200"} ${ok} ${second}`);
      counters[500].push(`requests_total{service="${service}",status="500"} ${bad} ${second}`);
    }
    lines.push(...counters[200], ...counters[500]);
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

const ratio =
  'sum(rate(requests_total{service="$SERVICE",status=~"5.."}[$WINDOW])) / sum(rate(requests_total{service="$SERVICE"}[$WINDOW]))';

const { query: _of, ...frame } = aTrigger();
const slo: BurnRateTrigger = {
  ...frame,
  ...burnFrame([
    { rate: 14.4, longMs: 60 * minute, shortMs: 5 * minute },
    { rate: 6, longMs: 360 * minute, shortMs: 30 * minute },
  ]),
  query: ratio,
  objective: 0.999,
};

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: burn rates of the real Prometheus; ${missing}\n`);

describe.skipIf(missing !== null)('burn rates of the real Prometheus (needs prometheus)', () => {
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

  /** As the evaluator reads it: asks every part at one instant, and judges. */
  async function read(service: string, ageMs: number | null, slot = at): Promise<Reading> {
    const kind = triggerKind(slo);
    const asked = kind
      .ask(slo, { variables: { SERVICE: service }, ageMs, toldApartBy: [] })
      .filter(isMetricPart);
    const answers = await source.read(
      asked.map(({ question }) => question),
      slot,
      AbortSignal.timeout(30_000),
    );
    const parts = asked.map(({ question: _question, ...part }, index) => ({
      ...part,
      reading: answers[index]?.reading ?? ({ kind: 'no-data' } as const),
    }));
    return kind.judge(slo, parts);
  }

  const burns = async (...asked: Parameters<typeof read>) => {
    const reading = await read(...asked);
    if (reading.kind !== 'value') throw new Error(`no number: ${JSON.stringify(reading)}`);
    return reading.value > slo.threshold;
  };

  it('blames no version for what the one before did, which whole windows would', async () => {
    expect(await burns('mended', 18 * minute)).toBe(false);
    const [hour] = await source.read(
      [{ template: ratio.replaceAll('$WINDOW', '1h'), variables: { SERVICE: 'mended' } }],
      at,
      AbortSignal.timeout(30_000),
    );
    expect(hour?.reading).toMatchObject({ kind: 'value', value: expect.closeTo(0.067, 2) });
  });

  it('fires on what the new version does, as soon as it is judged', async () => {
    expect(await burns('broken', 20 * minute)).toBe(true);
    expect(await burns('broken', 8 * minute)).toBe(true);
    expect(await burns('broken', 6 * 60 * minute)).toBe(true);
  });

  it('does not fire on one bad minute, nor on what is over', async () => {
    for (const age of [15 * minute, 45 * minute, null]) expect(await burns('burst', age)).toBe(false);
    expect(await burns('past', null)).toBe(false);
  });

  it('says breach exactly where the alert rule of the two windows does, whatever the errors did', async () => {
    const rule = slo.windows
      .map(({ rate, longMs, shortMs }) =>
        [longMs, shortMs]
          .map((ms) => `(${ratio.replaceAll('$WINDOW', `${ms / 1000}s`)}) > ${rate} * ${budgetOf(0.999)}`)
          .join(' and '),
      )
      .map((pair) => `(${pair})`)
      .join(' or ');
    let [breaches, slots] = [0, 0];
    for (const service of Object.keys(profiles)) {
      for (let ago = 0; ago <= 90; ago += 9) {
        const slot = at - ago * minute;
        const [said] = await source.read(
          [{ template: rule, variables: { SERVICE: service } }],
          slot,
          AbortSignal.timeout(30_000),
        );
        const fires = said?.reading.kind === 'value';
        expect([service, ago, await burns(service, null, slot)]).toEqual([service, ago, fires]);
        breaches += fires ? 1 : 0;
        slots += 1;
      }
    }
    // Both happen, or nothing was compared.
    expect(breaches).toBeGreaterThan(slots / 10);
    expect(breaches).toBeLessThan(slots - slots / 10);
  });

  it('is taken by the linter with the window filled in, and refused with a placeholder that nobody knows', () => {
    const known = ['SERVICE'];
    const [asked] = triggerKind(slo).queries(slo);
    expect(source.lint(asked?.template ?? '', known)).toEqual([]);
    const unknown = { ...slo, query: 'rate(failed{a="$SERVIC"}[$WINDOW])' };
    const [wrong] = triggerKind(unknown).queries(unknown);
    expect(source.lint(wrong?.template ?? '', known)).toEqual([expect.stringContaining('$SERVIC')]);
    expect(source.lint('rate(failed[$WINDOW])', known)).not.toEqual([]);
  });
});
