import { acceptDeclared, declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { doubtsAboutSilence, lintTriggers } from './lint-triggers.ts';
import { reviewTriggers } from './review-triggers.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

const queries = createInMemoryMetricSource();
const { onNoData: _, ...alertRule } = declareTrigger(aTrigger({ query: 'errors > 0.05', threshold: 0 }));
const faultsOf = (over: Partial<TriggerInput>) => lintTriggers([{ ...alertRule, ...over }], queries);

describe('a query that answers nothing while all is well', () => {
  test.each<Partial<TriggerInput>>([{}, { onNoData: 'hold' }])(
    'is refused with %j, and told how to mend',
    async (over) => {
      expect(await faultsOf(over)).toEqual([
        {
          path: '/triggers/0/query',
          message: expect.stringMatching(/answers nothing while all is well.*threshold.*onNoData: healthy/),
        },
      ]);
    },
  );

  test.each(['healthy', 'breach'] as const)('is taken with the explicit choice %s', async (onNoData) => {
    expect(await faultsOf({ onNoData })).toEqual([]);
  });

  test('is refused as a companion, whatever is chosen', async () => {
    const minSamples = { query: 'count > 20', atLeast: 20 };
    expect(await faultsOf({ onNoData: 'healthy', minSamples })).toEqual([
      { path: '/triggers/0/minSamples/query', message: expect.stringContaining('atLeast compares it') },
    ]);
  });

  test('leaves a warning where it can keep a release from ever being verified', () => {
    const saved = aTrigger({ query: 'errors > 0.05', onNoData: 'healthy' });
    expect(doubtsAboutSilence([saved], queries)).toEqual([
      expect.stringContaining('no release that high_error_rate watches can become verified'),
    ]);
    expect(doubtsAboutSilence([{ ...saved, severity: 'log_only' }], queries)).toEqual([]);
    expect(doubtsAboutSilence([aTrigger({ query: 'errors' })], queries)).toEqual([]);
  });
});

test('the companion query is linted as the main query is', async () => {
  const minSamples = { query: 'count{a="$SERVIC"}', atLeast: 20 };
  expect(await faultsOf({ query: 'errors', minSamples })).toEqual([
    { path: '/triggers/0/minSamples/query', message: expect.stringContaining('$SERVIC is not a variable') },
  ]);
});

describe('a trigger of another kind', () => {
  const { kind: _, query: _q, ...frame } = { query: '', ...declareTrigger(aTrigger()) };
  const query =
    'sum(rate(failed{service="$SERVICE"}[$WINDOW])) / sum(rate(all{service="$SERVICE"}[$WINDOW]))';
  const {
    threshold: _t,
    comparison: _c,
    forDuration: _f,
    unit: _u,
    ...common
  } = frame as TriggerInput & Record<string, unknown>;
  const burn = (over: object) =>
    ({ ...common, kind: 'burn-rate', query, objective: 0.999, ...over }) as TriggerInput;

  test('is linted by its kind, each fault at its place', async () => {
    expect(await lintTriggers([burn({})], queries)).toEqual([]);
    expect(
      await lintTriggers([burn({ query: 'rate(a[5m])', windows: [{ rate: 2000, long: 3600 }] })], queries),
    ).toMatchObject([
      { path: '/triggers/0/query', message: expect.stringContaining('$WINDOW') },
      { path: '/triggers/0/windows/0/rate', message: expect.stringContaining('can never fire') },
    ]);
  });

  test('has its query linted with the window filled in, which is known to it alone', async () => {
    expect(await lintTriggers([burn({ query: 'rate(a{b="$SERVIC"}[$WINDOW])' })], queries)).toMatchObject([
      { path: '/triggers/0/query', message: expect.stringContaining('$SERVIC is not a variable') },
    ]);
    expect(await faultsOf({ query: 'rate(a{b="$WINDOW"}[5m])' })).toMatchObject([
      { path: '/triggers/0/query', message: expect.stringContaining('$WINDOW is not a variable') },
    ]);
  });

  test('is kept and shown as it was declared', () => {
    const kept = acceptDeclared(burn({}));
    expect(kept).toMatchObject({ kind: 'burn-rate', threshold: 1, forMs: 0, initialDelayMs: 300_000 });
    expect(acceptDeclared(declareTrigger(kept))).toEqual(kept);
  });
});

test('a policy for what told alerts are never read as is found, and refuses nothing', async () => {
  const told = { kind: 'alert', name: 'told', severity: 'log_only', labels: { a: 'b' } } as const;
  const triggers = [told, { ...told, name: 'other', onNoData: 'breach' } as const];
  expect(await reviewTriggers(triggers, queries)).toMatchObject([
    { code: 'decides-nothing', severity: 'warning', path: '/triggers/1/onNoData' },
  ]);
  expect(await lintTriggers(triggers, queries)).toEqual([]);
});
