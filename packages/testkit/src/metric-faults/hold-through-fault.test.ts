import { labelsOf } from '@lastgood/sandbox/metrics/labels';
import { createSeriesStore } from '@lastgood/sandbox/metrics/series-store';
import { expect, test } from 'vitest';
import { dayZero, minute } from '../scenario/builders.ts';
import { type SourceFault, sourceFaults } from './fault-plan.ts';
import { startFaultyServer } from './faulty-server.ts';
import { hashOf, holdThroughFault, mostHeldMs } from './hold-through-fault.ts';
import { sampledService } from './sampled-service.ts';

const store = createSeriesStore({ retentionMs: 3 * 3_600_000, maxSeries: 1_000 });
for (const service of ['web', 'mail'])
  for (const { name, labels, at, value } of sampledService(
    service,
    hashOf(service),
    dayZero - 60 * minute,
    dayZero + 5 * minute,
  ))
    store.append(labelsOf(Object.entries({ __name__: name, ...labels })), at, value);

/** These answer in the end; the rest is no answer to what was asked. */
const answers: SourceFault[] = ['slow', 'flapping'];
const faults = sourceFaults.filter((one) => !answers.includes(one));

test.each(faults.flatMap((fault) => [[fault, 250] as const, [fault, 1] as const]))(
  'a source that is %s, asked %i names at once: no rollback, and no hold counts more than one interval through it',
  async (fault, batchNames) => {
    let now: SourceFault | null = null;
    const server = await startFaultyServer(store, () => now);
    const held = await holdThroughFault(server.url, {
      // Short only where waiting is the point.
      ...{ batchNames, timeoutMs: fault === 'silent' ? 250 : 20_000 },
      begin: () => {
        now = fault;
      },
      end: () => {
        now = null;
      },
    });
    await server.close();
    expect(held.rollbacks).toBe(0);
    expect(held.faulty).not.toContain('value');
    expect(held.others).toEqual(new Set(['value']));
    // Four triggers by two comparisons of two services.
    expect(held.heldMs).toEqual(Array(16).fill(mostHeldMs));
  },
  120_000,
);
