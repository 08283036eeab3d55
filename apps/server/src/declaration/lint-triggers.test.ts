import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { doubtsAboutSilence, lintTriggers } from './lint-triggers.ts';
import { toTriggerInput } from './trigger-input.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

const queries = createInMemoryMetricSource();
const { onNoData: _, ...alertRule } = toTriggerInput(aTrigger({ query: 'errors > 0.05', threshold: 0 }));
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
