import { describe, expect, test } from 'vitest';
import { createLane, type Entrance, type LaneSettings } from './lane.ts';

const settings: LaneSettings = {
  ...{ atOnce: 3, atOncePerCaller: 2 },
  ...{ waiting: 6, waitingPerCaller: 4, patienceMs: 60_000 },
};

function openLane(over: Partial<LaneSettings> = {}) {
  const lane = createLane({ ...settings, ...over });
  const order: string[] = [];
  const inside = new Map<string, () => void>();
  return {
    lane,
    order,
    /** Asks for a place under a name that begins with the caller's. */
    async ask(name: string): Promise<Entrance> {
      const entrance = await lane.enter(name[0] ?? '');
      if (entrance.kind === 'entered') {
        order.push(name);
        inside.set(name, entrance.leave);
      }
      return entrance;
    },
    async leave(name: string): Promise<void> {
      inside.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a lane', () => {
  test('lets in as many as have a place, and one caller not all of them', async () => {
    const { lane, ask, order, leave } = openLane();
    await Promise.all(['a1', 'a2'].map(ask));
    void ask('a3');
    await ask('b1');
    expect(order).toEqual(['a1', 'a2', 'b1']);
    expect(lane.size()).toEqual({ taken: 3, waiting: 1 });
    await leave('b1');
    expect(order).not.toContain('a3');
    await leave('a1');
    expect(order).toContain('a3');
  });

  test('gives callers their turns, however often one of them asks', async () => {
    const { ask, order, leave } = openLane({ atOnce: 1, atOncePerCaller: 1 });
    await ask('a1');
    for (const name of ['a2', 'a3', 'a4', 'b1', 'c1']) void ask(name);
    for (const name of ['a1', 'a2', 'b1', 'c1', 'a3']) await leave(name);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
  });

  test('refuses a caller of whom too many wait, and still takes others; then it refuses all', async () => {
    const { ask } = openLane({ atOnce: 1, atOncePerCaller: 1 });
    await ask('a1');
    for (let n = 2; n <= 5; n += 1) void ask(`a${n}`);
    expect(await ask('a6')).toEqual({ kind: 'refused', why: 'own-wait' });
    for (const name of ['b1', 'c1']) void ask(name);
    expect(await ask('d1')).toEqual({ kind: 'refused', why: 'all-wait' });
  });

  test('does not let anybody wait for ever', async () => {
    const { lane, ask } = openLane({ atOnce: 1, patienceMs: 5 });
    await ask('a1');
    expect(await ask('b1')).toEqual({ kind: 'refused', why: 'late' });
    expect(lane.size()).toEqual({ taken: 1, waiting: 0 });
  });

  test('forgets who went away while it waited, and gives a place once', async () => {
    const { lane, ask, leave, order } = openLane({ atOnce: 1, atOncePerCaller: 1 });
    await ask('a1');
    let hangUp: () => void = () => undefined;
    const gone = lane.enter('b', (leaveQueue) => {
      hangUp = leaveQueue;
    });
    void ask('c1');
    hangUp();
    expect(await gone).toEqual({ kind: 'gone' });
    await leave('a1');
    await leave('a1');
    expect(order).toEqual(['a1', 'c1']);
    expect(lane.size()).toEqual({ taken: 1, waiting: 0 });
  });
});
