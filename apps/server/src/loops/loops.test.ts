import { type Clock, createSlotClock, type RunWorker, type SlotClock } from '@lastgood/engine';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startLoop } from './loop.ts';
import { createRealClock } from './real-clock.ts';
import { createRunDispatcher } from './run-dispatcher.ts';
import { startSlotLoop } from './slot-loop.ts';

let clock: Clock;
let slotClock: SlotClock;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_003_000 });
  clock = createRealClock();
  slotClock = { ...clock, compare: async () => clock.now(), machineAheadMs: () => 0 };
});
afterEach(() => {
  vi.useRealTimers();
});

const rethrow = (_loop: string, error: unknown) => {
  throw error;
};

describe('the slot loop', () => {
  test('ticks at aligned slots, one at a time, and skips what passed meanwhile', async () => {
    const ticks: number[] = [];
    const skipped: number[] = [];
    let busy = 0;
    const loop = startSlotLoop({
      intervalMs: 15_000,
      clock: slotClock,
      async tick(slot) {
        busy += 1;
        expect(busy).toBe(1);
        ticks.push(slot);
        if (ticks.length === 2) await clock.sleep(40_000, new AbortController().signal);
        busy -= 1;
      },
      onSkipped: (slots) => skipped.push(slots),
      onFault: rethrow,
    });
    await vi.advanceTimersByTimeAsync(90_000);
    await loop.stop();
    const first = 1_000_005_000;
    expect(ticks).toEqual([first, first + 15_000, first + 45_000, first + 60_000, first + 75_000]);
    expect(skipped).toEqual([1]);
  });

  test('goes on after a tick that failed', async () => {
    const faults: unknown[] = [];
    const loop = startSlotLoop({
      intervalMs: 1_000,
      clock: slotClock,
      tick: async (slot) => {
        throw new Error(`slot ${slot}`);
      },
      onSkipped: () => undefined,
      onFault: (_name, error) => faults.push(error),
    });
    await vi.advanceTimersByTimeAsync(3_000);
    await loop.stop();
    expect(faults).toHaveLength(3);
  });

  /** Ticks of a machine that is so far behind at first, where the database and the machine are as `befalls` says in each second. */
  const ticksOf = async (
    seconds: number,
    befalls: (second: number, wrong: { databaseMs: number; isDown: boolean; machineMs: number }) => void,
  ) => {
    const begin = Date.now();
    const monotonic = () => performance.now();
    const wrong = { databaseMs: 0, isDown: false, machineMs: 0 };
    const base = begin - monotonic();
    const database = () => base + monotonic() + wrong.databaseMs;
    const now = async () => {
      if (wrong.isDown) throw new Error('down');
      return database();
    };
    const machine = { ...clock, now: () => base + monotonic() + wrong.machineMs };
    befalls(0, wrong);
    const ticks: { slot: number; at: number }[] = [];
    const loop = startSlotLoop({
      intervalMs: 15_000,
      clock: createSlotClock({ now }, machine, monotonic),
      tick: async (slot) => void ticks.push({ slot, at: database() }),
      onSkipped: () => undefined,
      onFault: () => undefined,
    });
    for (let second = 1; second <= seconds; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      befalls(second, wrong);
    }
    await loop.stop();
    return ticks;
  };
  const isOnTime = ({ slot, at }: { slot: number; at: number }) => at >= slot && at < slot + 200;

  test('takes no slot that has not begun at the database, where the machine is set while it sleeps', async () => {
    const ticks = await ticksOf(90, (second, wrong) => {
      wrong.machineMs = second < 40 ? -600_000 : 0;
    });
    expect(ticks).toHaveLength(6);
    expect(ticks.every(isOnTime)).toBe(true);
  });

  test('takes no slot before the database has told the time', async () => {
    const ticks = await ticksOf(60, (second, wrong) => {
      Object.assign(wrong, { machineMs: 600_000, isDown: second < 20 });
    });
    expect(ticks).toHaveLength(2);
    expect(ticks.every(isOnTime)).toBe(true);
  });

  test('goes back with the clock of the database', async () => {
    const ticks = await ticksOf(120, (second, wrong) => {
      wrong.databaseMs = second < 40 ? 600_000 : 0;
    });
    expect(ticks.slice(3).every(isOnTime)).toBe(true);
    expect(ticks.length).toBeGreaterThan(6);
  });
});

describe('a loop', () => {
  test('passes again after its time, sooner when woken, never twice at once', async () => {
    const passes: number[] = [];
    const loop = startLoop({
      name: 'x',
      everyMs: 1_000,
      clock,
      async pass(signal) {
        passes.push(clock.now() - 1_000_003_000);
        await clock.sleep(100, signal);
      },
      onFault: rethrow,
    });
    await vi.advanceTimersByTimeAsync(1_150);
    loop.wake(); // during a pass: the next follows at once
    await vi.advanceTimersByTimeAsync(500);
    loop.wake();
    await vi.advanceTimersByTimeAsync(10);
    await loop.stop();
    expect(passes).toEqual([0, 1_100, 1_200, 1_650]);
  });
});

describe('the dispatcher', () => {
  test('carries every run that the worker is given and asks for one at a time', async () => {
    const due = ['a', 'b', 'c', 'd'];
    const carried: string[] = [];
    let claiming = 0;
    const stop = new AbortController();
    const worker: RunWorker = {
      executing: () => [],
      async work() {
        claiming += 1;
        expect(claiming).toBe(1);
        await clock.sleep(5, stop.signal);
        claiming -= 1;
        const run = due.shift();
        if (!run) return false;
        dispatcher.onMove({ kind: 'claimed', runId: run });
        await clock.sleep(1_000, stop.signal);
        carried.push(run);
        return true;
      },
    };
    const dispatcher = createRunDispatcher(
      () => worker,
      stop.signal,
      (error) => rethrow('runs', error),
    );
    dispatcher.look();
    dispatcher.look();
    await vi.advanceTimersByTimeAsync(500);
    expect(due).toEqual([]);
    expect(carried).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(carried.sort()).toEqual(['a', 'b', 'c', 'd']);
    stop.abort();
    await dispatcher.settled();
  });

  test('asks for one at a time, too, when a run that is carried breaks', async () => {
    const stop = new AbortController();
    const faults: unknown[] = [];
    let calls = 0;
    let claiming = 0;
    const worker: RunWorker = {
      executing: () => [],
      async work() {
        const isFirst = ++calls === 1;
        claiming += 1;
        expect(claiming).toBe(1);
        await clock.sleep(isFirst ? 5 : 100, stop.signal);
        claiming -= 1;
        if (!isFirst) return false;
        dispatcher.onMove({ kind: 'claimed', runId: 'a' });
        await clock.sleep(20, stop.signal);
        throw new Error('broken');
      },
    };
    const dispatcher = createRunDispatcher(
      () => worker,
      stop.signal,
      (error) => faults.push(error),
    );
    dispatcher.look();
    await vi.advanceTimersByTimeAsync(50);
    expect(calls).toBe(2);
    dispatcher.look();
    await vi.advanceTimersByTimeAsync(500);
    expect(faults).toEqual([new Error('broken')]);
    stop.abort();
    await dispatcher.settled();
  });
});
