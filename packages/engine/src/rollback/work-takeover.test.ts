import type { RunStore } from '@lastgood/domain';
import { minute } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
const open = async (...options: Parameters<typeof openRun>) => {
  engine = await openRun(...options);
};
beforeEach(() => open());

describe('takeover', () => {
  /** A store that loses the connection of whoever uses it: before or after the n-th commit. */
  function cutting(at: number, side: 'before' | 'after'): { runs: RunStore; commits: () => number } {
    let commits = 0;
    const { runs } = engine.store;
    return {
      commits: () => commits,
      runs: {
        ...runs,
        async commit(lease, changes) {
          commits += 1;
          if (commits === at && side === 'before') throw new Error('connection reset');
          const written = await runs.commit(lease, changes);
          if (commits === at) throw new Error('connection reset');
          return written;
        },
      },
    };
  }

  const boundaries = Array.from({ length: 8 }, (_, n) => n + 1).flatMap((at) => [
    { at, side: 'before' as const },
    { at, side: 'after' as const },
  ]);
  it.each(boundaries)('dies $side commit $at: another finishes it, once', async ({ at, side }) => {
    const cut = cutting(at, side);
    const first = engine.createWorker('first', cut.runs);
    const dead = new AbortController();
    const died = await engine
      .work(5 * minute, {
        executing: first.executing,
        work: (signal) => first.work(AbortSignal.any([signal, dead.signal])),
      })
      .then(() => false)
      .catch(() => true);
    dead.abort();
    expect(died).toBe(true);
    await engine.time.pass(2_001);
    await engine.work(10 * minute, engine.createWorker('second'));
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.rollout.effects()).toHaveLength(1);
    expect(engine.said().filter((type) => type === 'rollback.passed')).toHaveLength(1);
    expect(engine.notifications().map(({ kind }) => kind)).toEqual(['rolling_back', 'rolled_back']);
    expect([...engine.store.world.deployments.keys()]).toEqual(['d1', 'd2', 'r1-rollback']);
    expect(engine.statuses()).toEqual(['applied', 'applied', 'applied', 'applied']);
  });

  it('a lease lost in a step: nothing is written by whoever lost it, and it lets go', async () => {
    let finish = () => {};
    let called: AbortSignal | undefined;
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = async (step, seen, operation, signal) => {
      called ??= signal;
      if (called !== signal) return apply(step, seen, operation, signal);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { kind: 'applied', note: 'so it says' };
    };
    const { renew } = engine.store.runs;
    const first = engine.createWorker('first', {
      ...engine.store.runs,
      renew: () => new Promise(() => {}),
    });
    const working = first.work(engine.forever);
    await engine.time.pass(1_300);
    expect(called?.aborted).toBe(false);
    await engine.time.pass(100);
    expect(called?.aborted).toBe(true);
    await engine.time.pass(1_000);
    engine.store.runs.renew = renew;
    await engine.work(5 * minute, engine.createWorker('second'));
    const before = structuredClone(engine.store.world.runs.get('r1'));
    finish();
    expect(await working).toBe(true);
    expect(engine.store.world.runs.get('r1')).toEqual(before);
    expect(first.executing()).toEqual([]);
    expect(engine.said()).toContain('rollback.taken-over');
    expect(engine.rollout.effects()).toHaveLength(1);
  });

  it('a step of ten leases is called once', async () => {
    let calls = 0;
    const { apply } = engine.workloads.setTemplate;
    engine.workloads.setTemplate.apply = async (step, seen, operation, signal) => {
      calls += 1;
      await engine.time.clock.sleep(13_000, signal);
      return apply(step, seen, operation, signal);
    };
    const working = engine.createWorker('first').work(engine.forever);
    const other = engine.createWorker('second');
    for (let n = 0; n < 30; n += 1) {
      expect(await other.work(engine.forever)).toBe(false);
      await engine.time.pass(400);
    }
    await engine.time.pass(5_000);
    await working;
    expect(calls).toBe(1);
    expect(engine.run('r1').epoch).toBe(1);
  });

  it('a worker that thaws past its lease begins nothing, though no timer of its has fired yet', async () => {
    let thaw = () => {};
    const { runs } = engine.store;
    const frozen = { now: engine.time.now, sleep: () => new Promise<void>(() => {}) };
    const first = engine.createWorker(
      'first',
      {
        ...runs,
        async commit(lease, changes) {
          const written = await runs.commit(lease, changes);
          const starts = changes.steps?.some((step) => step.ordinal === 1 && step.status === 'started');
          // The reply of *started* lies in the socket while the process is frozen.
          if (starts)
            await new Promise<void>((resolve) => {
              thaw = resolve;
            });
          return written;
        },
      },
      frozen,
    );
    const working = first.work(engine.forever);
    await engine.time.pass(2_100);
    await engine.work(5 * minute, engine.createWorker('second'));
    const calls = engine.rollout.calls().length;
    thaw();
    expect(await working).toBe(true);
    expect(engine.rollout.calls()).toHaveLength(calls);
    expect(engine.rollout.effects()).toHaveLength(1);
  });
});
