import { families, openFamily } from '@lastgood/adapters';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { expect, test } from 'vitest';
import { toEffectiveTriggerView } from './effective-trigger-view.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

const entry = {
  ...{ kind: 'prometheus', name: 'main', clusters: ['main'] },
  settings: { url: 'http://127.0.0.1:9' },
};
const { metrics } = openFamily(families.metrics, [entry]).product;

const rate = (matchers: string) => `sum(rate(http_requests_total{${matchers}}[$WINDOW]))`;
const asking = (trigger: Partial<TriggerInput> & { query: string }) =>
  toEffectiveTriggerView(
    acceptDeclared({
      ...{ name: 'errors', severity: 'log_only', threshold: 1, comparison: 'greater_than', forDuration: 0 },
      ...trigger,
    } as TriggerInput),
    metrics,
  ).asking;

test('a query that takes many names is asked for many services at once', () =>
  expect(asking({ query: 'sum(up{service="$SERVICE"})' })).toEqual([{ query: 'own', alone: null }]));

test('a companion is asked in its own way', () =>
  expect(
    asking({ query: 'sum(up{service="$SERVICE"})', minSamples: { query: 'vector(1)', atLeast: 1 } }),
  ).toEqual([
    { query: 'own', alone: null },
    { query: 'companion', alone: expect.stringMatching(/variable/) },
  ]));

const burnRate = { kind: 'burn-rate', objective: 0.99 } as const;

test('a burn rate is asked as its windows are', () =>
  expect(asking({ ...burnRate, query: rate('service="$SERVICE"') })).toEqual([
    { query: 'own', alone: null },
  ]));

const against = { kind: 'comparison', against: 'old_version', minEffect: 1.5, floor: 0.1 } as const;

test('a comparison is asked for many services at once, over its range of time', () =>
  expect(asking({ ...against, query: rate('service="$SERVICE"') })).toEqual([{ query: 'own', alone: null }]));

test('a comparison that adds up names told apart by a part of a label is asked for each service by itself', () =>
  expect(asking({ ...against, query: rate('pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"') })).toEqual([
    { query: 'own', alone: expect.stringMatching(/^Over a range of time .*\.$/) },
  ]));
