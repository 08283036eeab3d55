import type { Writers } from '@lastgood/domain/ports/writers';
import type { WritersSeen, WritersTarget } from '@lastgood/domain/rollback/contracts/writers';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { afterEach, describe, expect, it } from 'vitest';
import { attemptStep } from './attempt-step.ts';

/** Two workloads that write, each with three replicas, and people who scale them. */
export interface WritersWorld {
  writers: Writers;
  workloads: readonly [WorkloadTarget, WorkloadTarget];
  /** Whatever follows from a count comes to its end. */
  settle(): Promise<void>;
  scale(workload: WorkloadTarget, replicas: number): Promise<void>;
  /** Deleted and created again. */
  replace(workload: WorkloadTarget): Promise<void>;
  loseNextReply(): void;
  /** From now on nobody answers. */
  cutOff(): void;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** What every cluster promises that can stop what writes. */
export function writersContract(name: string, open: () => Promise<WritersWorld>): void {
  describe(`${name} as writers`, () => {
    let world: WritersWorld;
    afterEach(() => world.close());
    const read = async (): Promise<WritersSeen['writers']> => {
      const seen = await world.writers.readWriters({ writers: [...world.workloads], database: null }, never);
      if (seen.kind !== 'seen') throw new Error(seen.reason);
      return seen.seen.writers;
    };
    const begin = async () => {
      world = await open();
      const seen = await read();
      const target: WritersTarget = {
        database: null,
        writers: world.workloads.map((workload, index) => ({
          ...{ workload, uid: seen[index]?.uid ?? '', replicas: 3 },
        })),
      };
      return { ...world, first: world.workloads[0], target, seen };
    };
    const drive = async (kind: 'stop' | 'start', target: WritersTarget, operation: string) => {
      const attempt = () =>
        kind === 'stop'
          ? attemptStep(world.writers.stopWriters, { kind: 'stop-writers', ...target }, operation)
          : attemptStep(world.writers.startWriters, { kind: 'start-writers', ...target }, operation);
      let last = await attempt();
      for (let tries = 0; tries < 5 && last.outcome.kind === 'waiting'; tries += 1) {
        await world.settle();
        last = await attempt();
      }
      return last.outcome;
    };
    const running = { desired: 3, ready: 3, pods: 3 };
    const stopped = { desired: 0, ready: 0, pods: 0, stoppedFrom: 3 };

    it('stops them all, remembers what each had, and starts them again', async () => {
      const { target, seen } = await begin();
      expect(seen).toMatchObject([running, running]);
      expect(await drive('stop', target, 'r/1')).toMatchObject({ kind: 'applied' });
      expect(await read()).toMatchObject([stopped, stopped]);
      expect(await drive('start', target, 'r/5')).toMatchObject({ kind: 'applied' });
      expect(await read()).toEqual(seen);
    });

    it('stops and starts once, however often and by whomever it is asked', async () => {
      const { target, seen } = await begin();
      for (const operation of ['r/1', 'r/1', 'q/1']) await drive('stop', target, operation);
      expect(await read()).toMatchObject([stopped, stopped]);
      for (const operation of ['r/5', 'r/5', 'q/5']) await drive('start', target, operation);
      expect(await read()).toEqual(seen);
    });

    it('is not done before the last pod is gone', async () => {
      const { target } = await begin();
      const first = await attemptStep(world.writers.stopWriters, { kind: 'stop-writers', ...target }, 'r/1');
      expect(first.outcome).toMatchObject({ kind: 'waiting', note: expect.stringContaining('pods') });
      expect(await drive('stop', target, 'r/1')).toMatchObject({ kind: 'applied' });
    });

    it('completes what a lost reply left half done', async () => {
      const { target, loseNextReply } = await begin();
      loseNextReply();
      expect(await drive('stop', target, 'r/1')).toMatchObject({ kind: 'applied' });
      loseNextReply();
      expect(await drive('start', target, 'r/5')).toMatchObject({ kind: 'applied' });
      expect(await read()).toMatchObject([running, running]);
    });

    it('refuses one that was created again, and one that somebody has started in part', async () => {
      const { target, first, replace, scale, settle } = await begin();
      await drive('stop', target, 'r/1');
      await scale(first, 1);
      await settle();
      expect(await drive('start', target, 'r/5')).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('Somebody else scaled it'),
      });
      expect(await read()).toMatchObject([{ desired: 1 }, { desired: 0 }]);
      await replace(first);
      await settle();
      expect(await drive('stop', target, 'r/1')).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('created again'),
      });
    });

    it('leaves alone whom somebody has scaled higher', async () => {
      const { target, first, scale, settle } = await begin();
      await drive('stop', target, 'r/1');
      await scale(first, 4);
      await settle();
      expect(await drive('start', target, 'r/5')).toMatchObject({ kind: 'applied' });
      expect(await read()).toMatchObject([{ desired: 4 }, running]);
    });

    it('never forgets what one had that is stopped already, and that a plan starts with none', async () => {
      const { target } = await begin();
      await drive('stop', target, 'r/1');
      const none = { ...target, writers: target.writers.map((one) => ({ ...one, replicas: 0 })) };
      const { writers } = world;
      const seen = { writers: [], sessions: 0 };
      const operation = { key: 'q/5', epoch: 1 };
      await writers.startWriters.apply({ kind: 'start-writers', ...none }, seen, operation, never);
      await drive('stop', none, 'q/1');
      expect(await read()).toMatchObject([stopped, stopped]);
    });

    it('is unreachable where nobody answers, and waits', async () => {
      const { target, cutOff, writers } = await begin();
      cutOff();
      const ask = { writers: [...world.workloads], database: null };
      expect((await writers.readWriters(ask, never)).kind).toBe('unreachable');
      const { outcome } = await attemptStep(writers.stopWriters, { kind: 'stop-writers', ...target }, 'r/1');
      expect(outcome.kind).toBe('waiting');
    });
  });
}
