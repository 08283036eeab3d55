import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportedAlert } from '@lastgood/domain/trigger/imported-alert';
import { breaches } from '@lastgood/domain/trigger/proves-health';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '@lastgood/testkit/servers/real-prometheus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createPrometheus, type Prometheus } from '../prometheus.ts';
import { importRules } from './import-rules.ts';
import { type Mood, worldSamples } from './rule-world-harness.ts';

const text = await readFile(join(import.meta.dirname, 'testdata/public-shapes.yaml'), 'utf8');
const imported = (await importRules(text)).alerts;
const alerts = imported.filter(({ outcome }) => outcome !== 'left_out');

it('has at least 100 rules to be compared', () => {
  expect(alerts.length).toBeGreaterThanOrEqual(100);
});

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: rules evaluated by the real Prometheus; ${missing}\n`);

/** All rules in one group, so that they have one instant, without holds, each known by its place. */
function oneGroup(): string {
  const file = parse(text) as { groups: { rules: { alert?: string; expr: string }[] }[] };
  const rules = file.groups
    .flatMap((group) => group.rules)
    .map((rule, index) =>
      rule.alert === undefined
        ? rule
        : { alert: rule.alert, expr: rule.expr, labels: { place: String(index) } },
    );
  return stringify({ groups: [{ name: 'all', interval: '2s', rules }] });
}

interface Evaluated {
  /** The instant that it evaluated them for. */
  at: number;
  /** By the rule's place, the values of its samples. */
  samples: Map<number, number[]>;
}

/** What Prometheus itself made of each rule, in one evaluation. */
async function evaluated({ url }: RealPrometheus): Promise<Evaluated> {
  const before = await instantOf(url);
  const { groups } = (await get(url, 'rules')) as { groups: RuleState[] };
  const after = await instantOf(url);
  if (before === null || before !== after) return retry({ url } as RealPrometheus);
  const rules = groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting');
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  const samples = new Map(
    rules.map((rule) => [
      Number(rule.labels.place),
      (rule.alerts ?? []).map(({ value }) => Number(value.replace('Inf', 'Infinity'))),
    ]),
  );
  return { at: before, samples };
}

async function retry(server: RealPrometheus): Promise<Evaluated> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return evaluated(server);
}

interface RuleState {
  rules: {
    type: string;
    health: string;
    lastError?: string;
    labels: Record<string, string>;
    alerts?: { value: string }[];
  }[];
}

/** When the last rule was evaluated for the last time: it always alerts. */
async function instantOf(url: string): Promise<number | null> {
  const query = encodeURIComponent('timestamp(ALERTS{alertname="LastOfAll"})');
  const { result } = (await get(url, `query?query=${query}`)) as { result: { value: [number, string] }[] };
  return result[0] ? Math.round(Number(result[0].value[1]) * 1_000) : null;
}

async function get(url: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}`);
  return ((await response.json()) as { data: unknown }).data;
}

interface World {
  server: RealPrometheus;
  source: Prometheus;
  found: Evaluated;
}

const worlds = new Map<Mood, World>();

async function startWorld(mood: Mood): Promise<void> {
  const rules = `${oneGroup()}      - { alert: LastOfAll, expr: vector(1) }\n`;
  const server = await startRealPrometheus(worldSamples(mood, Math.floor(Date.now() / 1_000)), { rules });
  const source = createPrometheus({ url: server.url });
  worlds.set(mood, { server, source, found: await evaluated(server) });
}

beforeAll(async () => {
  if (missing === null) await Promise.all([startWorld('well'), startWorld('sick')]);
}, 120_000);
afterAll(async () => {
  for (const { source, server } of worlds.values()) await Promise.all([source.close(), server.close()]);
});

describe.skipIf(missing !== null).each<Mood>(['well', 'sick'])(
  'a real Prometheus while all is %s',
  (mood) => {
    const places = placesOfAlerts();
    const world = (): World => {
      const started = worlds.get(mood);
      if (!started) throw new Error('it did not start');
      return started;
    };

    it('alerts where it should, so that there is something to compare', () => {
      const firing = alerts.filter((_, index) => samplesOf(index).length > 0);
      if (mood === 'sick') expect(firing.length).toBeGreaterThanOrEqual(85);
      else expect(firing.length).toBeLessThanOrEqual(10);
    });

    it.each(alerts.map((alert, index) => [index, alert.name, alert] as const))(
      'evaluates rule %i %s as its trigger does',
      async (index, _name, alert) => {
        const values = samplesOf(index);
        const readings = await readingsOf(alert);
        const breaching = readings.filter(({ isBreach }) => isBreach);
        expect({ alert, values, readings, firing: breaching.length > 0 }).toMatchObject({
          firing: values.length > 0,
        });
        for (const { trigger, value } of breaching)
          expect(value).toBe(expectedOf(alert, trigger, values, value));
      },
    );

    function samplesOf(index: number): number[] {
      const samples = world().found.samples.get(places[index] ?? -1);
      if (!samples) throw new Error(`rule ${index} was not evaluated`);
      return samples;
    }

    async function readingsOf({ triggers }: ImportedAlert) {
      const { source, found } = world();
      const answers = await source.read(
        triggers.map(({ query }) => ({ template: query, variables: {} })),
        found.at,
        AbortSignal.timeout(30_000),
      );
      return triggers.map((trigger, place) => {
        const reading = answers[place]?.reading;
        // Many series and refusals are never what an imported rule may lead to.
        expect(['value', 'no-data', 'not-a-number']).toContain(reading?.kind);
        const value = reading?.kind === 'value' ? reading.value : Number.NaN;
        return { trigger, reading, value, isBreach: breaches(trigger, value) };
      });
    }
  },
);

/** Where each alert stands in the file. */
function placesOfAlerts(): number[] {
  return imported.flatMap(({ outcome }, place) => (outcome === 'left_out' ? [] : [place]));
}

/** What a trigger's value has to be, by what is said of it. */
function expectedOf(
  { outcome, notes, triggers }: ImportedAlert,
  { comparison }: ImportedAlert['triggers'][number],
  values: readonly number[],
  value: number,
): number {
  if (notes.some((note) => note.includes('how many series'))) return values.length;
  if (triggers.length > 1) return value;
  if (notes.some((note) => note.startsWith('Equality has no threshold'))) return 1;
  if (notes.some((note) => note.startsWith('Two vectors are compared'))) return value;
  expect(outcome).toBe('same');
  return comparison === 'greater_than' ? Math.max(...values) : Math.min(...values);
}
