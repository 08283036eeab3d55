import { dayZero } from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import { createMonitor, type MissedOfChunk } from './tick.ts';
import { beginEach, engine } from './tick-harness.ts';

beginEach();

const { intervalMs } = monitorSettings;
const slot = (n: number) => dayZero + n * intervalMs;

function begin() {
  const missed: MissedOfChunk[] = [];
  const { metrics, newId } = engine;
  const monitor = createMonitor({
    ...{ metrics, newId, slots: engine.store.slots, deployments: engine.store.deployments },
    ...{ clock: engine.time.clock, replica: 'one', settings: monitorSettings },
    onMissed: (one) => missed.push(one),
  });
  return { missed, tick: (n: number) => monitor.tick(slot(n), engine.forever) };
}

describe('slots that nobody judged', () => {
  it('are told once, by who claims the next, with who had claimed one and not judged it', async () => {
    const { missed, tick } = begin();
    await engine.time.runUntil(slot(5));
    await tick(0);
    await engine.store.slots.claim(slot(1), 0, 'killed', intervalMs);
    await tick(4);
    await tick(5);
    expect(missed).toEqual([
      { slot: slot(4), chunk: 0, unclaimed: 2, unfinishedBy: 'killed', isDiscarded: false },
    ]);
  });

  it('are told by who judged one too late', async () => {
    const { missed, tick } = begin();
    await engine.time.runUntil(slot(1));
    const { commit } = engine.store.slots;
    engine.store.slots.commit = async (claim, ...rest) => {
      const { slots } = engine.store;
      const newer = await slots.claim(claim.slot + intervalMs, claim.chunk, 'quick', intervalMs);
      if (newer) {
        await slots.watched(newer, monitorSettings);
        await commit(newer, [], () => ({ states: [], readings: [], asks: [], tripped: [], lateMs: 0 }));
      }
      return commit(claim, ...rest);
    };
    expect(await tick(0)).toMatchObject({ chunks: 0, decisions: 0 });
    expect(missed).toEqual([
      { slot: slot(0), chunk: 0, unclaimed: 0, unfinishedBy: null, isDiscarded: true },
    ]);
  });
});
