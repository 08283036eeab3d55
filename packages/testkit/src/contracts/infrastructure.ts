import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import type { StepOf } from '@lastgood/domain/rollback/step';
import type { Attempted } from '@lastgood/engine/rollback/apply-by-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep } from './attempt-step.ts';

/** A stack that is at `from`, and what happens to it from outside. */
export interface InfrastructureWorld {
  stack: string;
  from: string;
  to: string;
  /** What applies to it, as a process that has just begun opens it. */
  open(): Infrastructure;
  /** Whose configuration is really in place, as the outside itself has it. */
  inPlace(): 'from' | 'to' | "the stranger's";
  /** How often something was applied by Lastgood. */
  applied(): number;
  /** Somebody applies a third configuration. */
  strangerApplies(): Promise<void>;
  /** Somebody holds the lock, or gives it back. */
  strangerLocks(is: boolean): void;
  /** `ann@laptop` in what is told of that lock, where the outside tells it. */
  stranger: RegExp;
  isLocked(): boolean;
  /** `hangs`: it does not answer. `garbage`: it answers what it never would. */
  behave(how: 'well' | 'hangs' | 'garbage'): void;
  /** What was set going comes to its end. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const operation = { key: 'run/1', epoch: 1 };

/** What everything keeps that applies configurations to stacks, vendors and fakes alike. */
export function infrastructureContract(name: string, setUp: () => Promise<InfrastructureWorld>): void {
  describe(`${name} keeps the contract of infrastructure`, () => {
    let world: InfrastructureWorld;
    beforeEach(async () => {
      world = await setUp();
    });
    afterEach(() => world.close());

    async function read(over: Partial<Pick<InfrastructureWorld, 'stack' | 'from' | 'to'>> = {}) {
      const { stack, from, to } = { ...world, ...over };
      return world.open().readStack({ stack, from, to }, never);
    }

    async function planned(): Promise<StepOf<'apply-infrastructure'>> {
      const answer = await read();
      if (answer.kind !== 'seen') throw new Error(answer.reason);
      const { stack, from, to } = world;
      const { lineage, changes } = answer.seen;
      return { kind: 'apply-infrastructure', stack, lineage, from, to, changes, acceptedDestroys: [] };
    }

    async function drive(step: StepOf<'apply-infrastructure'>, port = world.open()): Promise<Attempted> {
      for (let tries = 0; tries < 20; tries += 1) {
        const attempted = await attemptStep(port.applyInfrastructure, step, operation.key);
        if (attempted.outcome.kind !== 'waiting') return attempted;
        await world.settle();
      }
      throw new Error('not over after 20 attempts');
    }

    it('tells what is in place and what going back would change; then applies it once, whoever asks again', async () => {
      expect(await read()).toMatchObject({
        kind: 'seen',
        seen: { version: world.from, lockedBy: null, drifted: [] },
      });
      const step = await planned();
      expect(step.changes.length).toBeGreaterThan(0);
      expect(world.inPlace()).toBe('from');
      expect((await drive(step)).outcome.kind).toBe('applied');
      expect(world.inPlace()).toBe('to');
      expect(await drive(step)).toMatchObject({ outcome: { kind: 'applied' }, sent: false });
      expect(world.applied()).toBe(1);
    });

    it('a lost reply, then asked again by another process, is once', async () => {
      const step = await planned();
      const port = world.open();
      const seen = await port.applyInfrastructure.observe(step, operation, never);
      if (seen.kind !== 'seen') throw new Error(seen.reason);
      await port.applyInfrastructure.apply(step, seen.seen, operation, never);
      expect((await drive(step)).outcome.kind).toBe('applied');
      expect(world.applied()).toBe(1);
    });

    it('two that begin at once apply it once', async () => {
      const step = await planned();
      const ports = [world.open(), world.open()];
      const begin = async ({ applyInfrastructure }: Infrastructure) => {
        const seen = await applyInfrastructure.observe(step, operation, never);
        if (seen.kind === 'seen') await applyInfrastructure.apply(step, seen.seen, operation, never);
      };
      await Promise.all(ports.map(begin));
      expect((await drive(step)).outcome.kind).toBe('applied');
      expect(world.applied()).toBe(1);
    });

    it("a stranger's change between the look and the apply is refused, not overwritten", async () => {
      const step = await planned();
      const port = world.open();
      const seen = await port.applyInfrastructure.observe(step, operation, never);
      if (seen.kind !== 'seen') throw new Error(seen.reason);
      await world.strangerApplies();
      await port.applyInfrastructure.apply(step, seen.seen, operation, never);
      await world.settle();
      const { outcome } = await drive(step, port);
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Somebody else') });
      expect(world.inPlace()).toBe("the stranger's");
    });

    it("a stranger's lock is waited for, told with whose it is, and never taken away", async () => {
      const step = await planned();
      world.strangerLocks(true);
      const port = world.open();
      const { outcome } = await attemptStep(port.applyInfrastructure, step, operation.key);
      expect(outcome).toMatchObject({ kind: 'waiting', note: expect.stringMatching(world.stranger) });
      expect(world.isLocked()).toBe(true);
      expect(world.inPlace()).toBe('from');
      world.strangerLocks(false);
      expect((await drive(step, port)).outcome.kind).toBe('applied');
    });

    it('an outside that does not answer, or answers garbage, is a result in words', async () => {
      const step = await planned();
      for (const how of ['hangs', 'garbage'] as const) {
        world.behave(how);
        const attempted = attemptStep(
          world.open().applyInfrastructure,
          step,
          operation.key,
          AbortSignal.timeout(400),
        );
        expect(await attempted).toMatchObject({
          outcome: { kind: 'waiting', note: expect.stringMatching(/\w/) },
          sent: false,
        });
      }
      world.behave('well');
      expect(world.inPlace()).toBe('from');
    });

    it('a version that is not there is told as such', async () => {
      expect(await read({ to: 'deadbeefdeadbeef' })).toEqual({
        kind: 'not-found',
        reason: expect.stringMatching(/\w/),
      });
    });
  });
}
