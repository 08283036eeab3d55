import {
  defaultTriggerSet,
  type MetricSource,
  type Reading,
  type ReviewedSource,
  type RollbackTrigger,
  type Service,
  type ThresholdTrigger,
  triggerKind,
} from '@lastgood/domain';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { samplesOfRead } from '@lastgood/testkit/fakes/samples-of-read';
import { describe, expect, test } from 'vitest';
import { declareService } from './declare-service.ts';
import { queriesOfTriggers } from './declared-queries.ts';
import { findSeries } from './find-series.ts';
import { tryEach } from './try-each.ts';

const asked = { at: 0, signal: new AbortController().signal };

/** A source that answers by the query's text. */
function sourceOf(answerTo: (query: string) => Reading, refused = false): ReviewedSource {
  const read: MetricSource['read'] = async (questions, at) =>
    questions.map(({ template, variables }) => {
      const query = template.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? '');
      return {
        reading: answerTo(query),
        query,
        at,
        answerDigest: null,
        tookMs: 1,
        looksBackMs: 0,
        refused,
      };
    });
  return {
    ...createInMemoryMetricSource(),
    read,
    readSamples: samplesOfRead(read),
    lint: () => [],
    emptyWhenHealthy: () => null,
    whyAskedAlone: () => null,
    health: async () => ({ up: true }),
  };
}

async function mail(): Promise<Service> {
  const path = { cluster: 'main', namespace: 'shop', name: 'mail' };
  const probe = { refusal: () => null };
  const sets = [defaultTriggerSet];
  const world = { clusters: ['main'], sets, notifiers: [], queries: sourceOf(nothing), probe };
  return (await declareService(path, {}, world)).service;
}

const nothing = (): Reading => ({ kind: 'no-data' });
const trigger = defaultTriggerSet.triggers.filter(({ name }) => name === 'high_error_rate');

async function tried(reading: Reading, refused = false) {
  const source = sourceOf(() => reading, refused);
  const queries = queriesOfTriggers(trigger, source);
  const trial = { service: await mail(), latest: null };
  const [first] = await tryEach(source, { queries, triggers: trigger, trial, ...asked });
  return first;
}

describe('a query that is tried', () => {
  test.each<[Reading, string, RegExp]>([
    [{ kind: 'value', value: 0.002 }, 'answers', /^0\.2 %, fires > 5 %$/],
    [{ kind: 'value', value: 0.2 }, 'answers', /^20 %, a breach already: it fires > 5 %$/],
    [{ kind: 'not-a-number' }, 'answers', /without traffic/],
    [{ kind: 'no-data' }, 'nothing', /nothing/],
    [{ kind: 'ambiguous', count: 3 }, 'refused', /3 series/],
    [{ kind: 'unreachable', reason: 'timed out' }, 'could_not_ask', /timed out/],
  ])('%j is told as %s', async (reading, result, words) => {
    const first = await tried(reading);
    expect(first).toMatchObject({ trigger: 'high_error_rate', of: 'own', result });
    expect(first?.text).toMatch(words);
    expect(first?.advice === null).toBe(result === 'answers');
    expect(first?.query).toContain('service="mail"');
  });

  test.each<[string, object, RegExp]>([
    ['burn-rate', { objective: 0.999 }, /^20 % now; the trigger fires > 14\.4× over 1 h and 5 m/],
    [
      'comparison',
      { against: 'before_deployment', minEffect: 2, floor: 1, unit: 's' },
      /^0\.2 s now; the trigger fires > 2× what it was before$/,
    ],
  ])('is told with its unit where it is one of several: %s', async (kind, more, words) => {
    const source = sourceOf(() => ({ kind: 'value', value: 0.2 }));
    const [shipped] = trigger;
    if (!shipped) throw new Error('no trigger is shipped');
    const { threshold: _of, ...common } = shipped as ThresholdTrigger;
    const declared = { query: 'sum(rate(failed[$WINDOW]))', ...more };
    const triggers = [
      triggerKind({ kind } as never).accept(declared as never, common as never) as RollbackTrigger,
    ];
    const queries = queriesOfTriggers(triggers, source).slice(0, 1);
    const trial = { service: await mail(), latest: null };
    const [first] = await tryEach(source, { queries, triggers, trial, ...asked });
    expect(first?.text).toMatch(words);
  });

  test('that the source refuses is to be mended', async () => {
    expect(await tried({ kind: 'unreachable', reason: 'parse error' }, true)).toMatchObject({
      ...{ result: 'refused', text: expect.stringContaining('parse error') },
    });
  });

  test('about pods of a release is asked later, when there is one', async () => {
    const source = sourceOf(nothing);
    const triggers = defaultTriggerSet.triggers.filter(
      (one) => 'query' in one && one.query.includes('POD_TEMPLATE_HASH'),
    );
    const queries = queriesOfTriggers(triggers, source);
    const trial = { service: await mail(), latest: null };
    const all = await tryEach(source, { queries, triggers, trial, ...asked });
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) expect(one).toMatchObject({ result: 'later', advice: null });
    expect(all.map(({ text }) => text).join()).not.toContain('POD_TEMPLATE_HASH');
  });
});

test('finds the label that bears the name of the service', async () => {
  const source = sourceOf((query) =>
    query.includes('http_requests_total{app="mail"}') ? { kind: 'value', value: 4 } : { kind: 'no-data' },
  );
  expect(await findSeries(source, { service: await mail(), ...asked })).toEqual([
    { metric: 'http_requests_total', label: 'app', value: 'mail', count: 4 },
  ]);
});
