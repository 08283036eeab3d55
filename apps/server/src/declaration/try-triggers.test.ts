import { type Reading, type RollbackTrigger, shippedTriggers } from '@lastgood/domain';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { tryTriggers } from './try-triggers.ts';

const service = aService({ name: 'checkout', triggers: [] });
const [errorRate, crashLoop] = shippedTriggers() as [RollbackTrigger, RollbackTrigger];

const trying = (reading: Reading, triggers: RollbackTrigger[] = [errorRate]) =>
  tryTriggers(
    createInMemoryMetricSource(() => reading),
    {
      ...{ triggers, trials: [{ service, latest: null }] },
      ...{ at: 0, signal: new AbortController().signal },
    },
  );

describe('a trigger is tried when it is saved', () => {
  test('one number is what is wanted', async () => {
    expect(await trying({ kind: 'value', value: 0 })).toEqual({ faults: [], warnings: [] });
  });
  test('many series are refused with what to change', async () => {
    const { faults } = await trying({ kind: 'ambiguous', count: 12 });
    expect(faults).toEqual([{ path: '/triggers/0/query', message: expect.stringMatching(/12 series.*sum/) }]);
  });
  test('silence for every service is a warning', async () => {
    expect((await trying({ kind: 'no-data' })).warnings).toEqual([
      expect.stringContaining('answers nothing'),
    ]);
  });
  test('a source that is down is a warning, not a refusal', async () => {
    const { faults, warnings } = await trying({ kind: 'unreachable', reason: 'connection refused' });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('connection refused')]);
  });
  test('a name that is not known before the first deployment says nothing', async () => {
    const reading: Reading = { kind: 'unreachable', reason: '$POD_TEMPLATE_HASH is not known yet' };
    expect(await trying(reading, [crashLoop])).toEqual({ faults: [], warnings: [] });
  });
});
