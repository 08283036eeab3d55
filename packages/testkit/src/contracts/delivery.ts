import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { DeliverySeen } from '@lastgood/domain/rollback/contracts/delivery';
import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

/** A delivery in the midst of a version that is not yet promoted, and the controller that brings it out. */
export interface DeliveryContractWorld {
  delivery: DeliveryControllers;
  object: ObjectTarget;
  controller: string;
  /** Whether the controller asks what to do; one that does not is told by a write. */
  asks: boolean;
  /** The controller does what it was told, or asks and is told so. */
  settle(): Promise<void>;
  /** Somebody deploys a third version, and the controller is at it. */
  deployThird(): Promise<void>;
  recreate(): Promise<void>;
  faultNextWrite(fault: 'too-many-requests' | 'lost-reply' | 'unreachable'): void;
  /** Reads go unanswered from now on. */
  hang(): void;
  /** How many of our writes it has taken. */
  writes(): number;
  close(): Promise<void>;
}

/** What every way to a delivery controller keeps, vendors and fakes alike. */
export function deliveryContract(name: string, open: () => Promise<DeliveryContractWorld>): void {
  describe(`${name} keeps the contract of delivery controllers`, () => {
    let world: DeliveryContractWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    const never = new AbortController().signal;
    async function look(): Promise<DeliverySeen> {
      const read = await world.delivery.readDelivery(world, never);
      if (read.kind !== 'seen') throw new Error(read.reason);
      return read.seen;
    }
    async function order(): Promise<StepOf<'order-abort'>> {
      const { uid, revision, checksum } = await look();
      const { object, controller } = world;
      return { kind: 'order-abort', controller, object, uid, revision, checksum };
    }
    const attempt = (step: StepOf<'order-abort'>) => attemptStep(world.delivery.orderAbort, step, 'run-1/0');

    it('tells what is being brought out, and what is not there', async () => {
      const { phase, revision, checksum, beingDeleted } = await look();
      expect([phase, beingDeleted, revision.length > 0]).toEqual(['bringing-out', false, true]);
      expect(checksum !== null).toBe(world.asks);
      const object = { ...world.object, name: 'nobody' };
      expect(await world.delivery.readDelivery({ ...world, object }, never)).toMatchObject({
        kind: 'not-found',
      });
    });

    it('aborts once, however often it is ordered', async () => {
      const step = await order();
      expect((await attempt(step)).outcome.kind).toBe('waiting');
      await world.settle();
      for (let n = 0; n < 2; n += 1) expect((await attempt(step)).outcome.kind).toBe('applied');
      expect(await look()).toMatchObject({ phase: 'aborted', weight: 0, revision: step.revision });
      expect(world.writes()).toBe(world.asks ? 0 : 1);
    });

    it.each(['lost-reply', 'too-many-requests', 'unreachable'] as const)(
      'aborts once after %s, too',
      async (fault) => {
        const step = await order();
        world.faultNextWrite(fault);
        await attempt(step);
        await attempt(step);
        await world.settle();
        expect((await attempt(step)).outcome.kind).toBe('applied');
        expect(world.writes()).toBe(world.asks ? 0 : 1);
      },
    );

    it('leaves another version alone that came after it was planned', async () => {
      const step = await order();
      await world.deployThird();
      expect((await attempt(step)).outcome).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/somebody deployed another version/),
      });
      expect([(await look()).phase, world.writes()]).toEqual(['bringing-out', 0]);
    });

    it('is refused by the outside when that came between the look and the write', async () => {
      if (world.asks) return;
      const step = await order();
      const seen = await look();
      await world.deployThird();
      const operation = { key: 'run-1/0', epoch: 1 };
      const sent = await world.delivery.orderAbort.apply(step, seen, operation, never);
      expect(sent.kind).not.toBe('applied');
      expect(world.writes()).toBe(0);
    });

    /** The version it is at, to be promoted without its analysis as if it were the target. */
    async function skipping(): Promise<StepOf<'skip-analysis'>> {
      const { uid, names } = await look();
      if (!names) throw new Error('it does not tell what it brings out');
      const { object, controller } = world;
      const workload = { ...object, kind: 'Rollout' as const };
      const skip = { skip: true, afterTemplate: true, revision: 'the one before' };
      return {
        ...{ kind: 'skip-analysis', controller, object, uid, ...skip },
        target: { workload, ...names, imageDigests: {} },
      };
    }
    const skip = (step: StepOf<'skip-analysis'>) => attemptStep(world.delivery.skipAnalysis, step, 'run-1/2');

    it('promotes the target without its analysis, once', async () => {
      if (world.asks) return;
      const step = await skipping();
      for (let n = 0; n < 3; n += 1) await skip(step);
      expect((await skip(step)).outcome.kind).toBe('applied');
      expect(world.writes()).toBe(1);
    });

    it('promotes nothing without its analysis that somebody deployed past it', async () => {
      if (world.asks) return;
      const step = await skipping();
      await world.deployThird();
      expect((await skip(step)).outcome).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/brings out another version than the target.*somebody deployed it/),
      });
      expect([(await look()).phase, world.writes()]).toEqual(['bringing-out', 0]);
    });

    it('nor where that came between the look and the write', async () => {
      if (world.asks) return;
      const step = await skipping();
      const seen = await look();
      await world.deployThird();
      const operation = { key: 'run-1/2', epoch: 1 };
      expect((await world.delivery.skipAnalysis.apply(step, seen, operation, never)).kind).not.toBe(
        'applied',
      );
      expect([(await look()).phase, world.writes()]).toEqual(['bringing-out', 0]);
    });

    it('leaves one alone that was made again under its name', async () => {
      const step = await order();
      await world.recreate();
      const { outcome } = (await attemptUntilOver(world.delivery.orderAbort, step, 'run-1/0')).at(-1) ?? {};
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/created again/) });
      expect(world.writes()).toBe(0);
    });

    it('says that nobody answers, and does not wait for ever', async () => {
      const step = await order();
      world.hang();
      expect(await world.delivery.readDelivery(world, never)).toMatchObject({ kind: 'unreachable' });
      expect((await attempt(step)).outcome.kind).toBe('waiting');
    });
  });
}
