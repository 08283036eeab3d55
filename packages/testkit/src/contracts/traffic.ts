import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

export type TrafficFault = 'too-many-requests' | 'lost-reply' | 'unreachable';

/** What splits or switches traffic between a side that is stable, with ready endpoints, and another. */
interface Led {
  traffic: Traffic;
  /** Somebody else deletes it and makes it again. */
  replace(): Promise<void>;
  faultNextWrite(fault: TrafficFault): void;
  /** Effects that the outside has taken. */
  taken(): number;
  /** Whoever carries the traffic takes what stands there. */
  settle(): Promise<void>;
  /** The stable side loses its endpoints, or has them again. */
  setReady(isReady: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface RouteWorld extends Led {
  route: StepOf<'set-weight'>['route'];
  rule: string | null;
  stable: string;
  canary: string;
  /** As it stands outside. */
  weights(): Promise<Record<string, number>>;
  /** Somebody else sets them. */
  setWeights(stable: number, canary: number): Promise<void>;
}

export interface SelectorWorld extends Led {
  service: StepOf<'switch-selector'>['service'];
  key: string;
  /** As it stands outside; null without the key. */
  slot(): Promise<string | null>;
  /** Somebody else selects `blue` (the stable side), `green` or what no pod has; null takes the key away. */
  select(slot: string | null): Promise<void>;
}

const never = new AbortController().signal;

/** What every router does with the weights of a rule. */
export function routeContract(name: string, open: () => Promise<RouteWorld>): void {
  describe(name, () => {
    let world: RouteWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());
    beforeEach(async () => {
      await world.setReady(true);
      await world.setWeights(70, 30);
      await world.settle();
    });
    const split = (stable: number, canary: number) => ({ [world.stable]: stable, [world.canary]: canary });

    async function step(): Promise<StepOf<'set-weight'>> {
      const { route, rule } = world;
      const read = await world.traffic.readRoute({ route, rule }, never);
      if (read.kind !== 'seen') throw new Error(read.reason);
      const { uid, weights: from } = read.seen;
      return { kind: 'set-weight', route, rule, uid, from, weights: split(100, 0) };
    }
    const attempt = (one: StepOf<'set-weight'>, operation = 'run/1') =>
      attemptStep(world.traffic.setWeight, one, operation);

    it('tells the weights and the endpoints that are ready', async () => {
      const { route, rule } = world;
      const read = await world.traffic.readRoute({ route, rule }, never);
      expect(read).toMatchObject({ kind: 'seen', seen: { weights: split(70, 30), accepted: true } });
      if (read.kind === 'seen') expect(read.seen.ready[world.stable]).toBeGreaterThan(0);
    });

    it('sets all weights once, and finds them there', async () => {
      const [one, before] = [await step(), world.taken()];
      await attempt(one);
      await world.settle();
      expect((await attempt(one)).outcome).toMatchObject({ kind: 'applied' });
      expect((await attempt(one, 'other/1')).outcome).toMatchObject({ kind: 'applied' });
      expect([await world.weights(), world.taken() - before]).toEqual([split(100, 0), 1]);
    });

    it.each<TrafficFault>(['lost-reply', 'too-many-requests', 'unreachable'])(
      'sets them once where %s comes in between',
      async (fault) => {
        const [one, before] = [await step(), world.taken()];
        world.faultNextWrite(fault);
        await attempt(one);
        await world.settle();
        await attempt(one);
        await world.settle();
        expect((await attempt(one)).outcome).toMatchObject({ kind: 'applied' });
        expect([await world.weights(), world.taken() - before]).toEqual([split(100, 0), 1]);
      },
    );

    it("refuses a stranger's weights, and leaves them", async () => {
      const one = await step();
      await world.setWeights(60, 40);
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('Somebody else changed it') },
      });
      expect(await world.weights()).toEqual(split(60, 40));
    });

    it('is not let through where a stranger was quicker', async () => {
      const one = await step();
      const seen = await world.traffic.setWeight.observe(one, { key: 'run/1', epoch: 1 }, never);
      await world.setWeights(60, 40);
      if (seen.kind !== 'seen') throw new Error(seen.reason);
      const result = await world.traffic.setWeight.apply(one, seen.seen, { key: 'run/1', epoch: 1 }, never);
      expect(['retry', 'refused']).toContain(result.kind);
      expect(await world.weights()).toEqual(split(60, 40));
    });

    it('sends nobody where nothing is ready', async () => {
      const one = await step();
      await world.setReady(false);
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('has no ready endpoint') },
      });
    });

    it('refuses what was made again under its name, and says what is not there', async () => {
      const one = await step();
      await world.replace();
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('created again') },
      });
      const nowhere = { ...one, route: { ...one.route, name: 'nowhere' } };
      expect((await attempt(nowhere)).outcome.kind).toBe('failed');
    });
  });
}

/** What every router does with a selector. */
export function selectorContract(name: string, open: () => Promise<SelectorWorld>): void {
  describe(name, () => {
    let world: SelectorWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());
    beforeEach(async () => {
      await world.setReady(true);
      await world.select('green');
      await world.settle();
    });

    async function step(minReady = 1): Promise<StepOf<'switch-selector'>> {
      const { service, key } = world;
      const read = await world.traffic.readSelector({ service, key }, never);
      if (read.kind !== 'seen') throw new Error(read.reason);
      const { uid } = read.seen;
      return { kind: 'switch-selector', service, key, uid, from: 'green', to: 'blue', minReady };
    }
    const attempt = (one: StepOf<'switch-selector'>, operation = 'run/1') =>
      attemptStep(world.traffic.switchSelector, one, operation);

    it('tells the slot, its pods and who of them takes traffic', async () => {
      const { service, key } = world;
      const read = await world.traffic.readSelector({ service, key }, never);
      expect(read).toMatchObject({ kind: 'seen', seen: { value: 'green', endpoints: { green: 2 } } });
      if (read.kind === 'seen') expect(read.seen.readyPods).toEqual({ blue: 2, green: 2 });
    });

    it.each<TrafficFault | null>([null, 'lost-reply', 'too-many-requests', 'unreachable'])(
      'switches once, whatever comes in between: %s',
      async (fault) => {
        const [one, before] = [await step(2), world.taken()];
        if (fault) world.faultNextWrite(fault);
        await attempt(one);
        await world.settle();
        await attempt(one);
        await world.settle();
        const over = await attemptUntilOver(world.traffic.switchSelector, one, 'run/1');
        expect(over.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
        expect([await world.slot(), world.taken() - before]).toEqual(['blue', 1]);
      },
    );

    it.each<string | null>(['red', null])("refuses a stranger's choice and leaves it: %s", async (choice) => {
      const one = await step();
      await world.select(choice);
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('Somebody else changed it') },
      });
      expect(await world.slot()).toBe(choice);
    });

    it('is not let through where a stranger was quicker', async () => {
      const one = await step();
      const operation = { key: 'run/1', epoch: 1 };
      const seen = await world.traffic.switchSelector.observe(one, operation, never);
      if (seen.kind !== 'seen') throw new Error(seen.reason);
      await world.select('red');
      const result = await world.traffic.switchSelector.apply(one, seen.seen, operation, never);
      expect(['retry', 'refused']).toContain(result.kind);
      expect(await world.slot()).toBe('red');
    });

    it('switches to no slot with too few ready pods', async () => {
      const one = await step(2);
      await world.setReady(false);
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('pods of blue are ready, and 2 are needed') },
      });
      expect(await world.slot()).toBe('green');
    });

    it('refuses what was made again under its name', async () => {
      const one = await step();
      await world.replace();
      expect((await attempt(one)).outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringContaining('created again') },
      });
    });
  });
}

/** Of an outside that never answers, or answers what is no answer: told as such, in time, and never thrown. */
export function deafContract(
  name: string,
  traffic: () => Traffic,
  asked: Pick<StepOf<'set-weight'>, 'route' | 'rule'>,
): void {
  it(`${name} is told as one that could not be asked`, async () => {
    expect(await traffic().readRoute(asked, never)).toMatchObject({ kind: 'unreachable' });
    const service = { ...asked.route, kind: 'Service' };
    expect(await traffic().readSelector({ service, key: 'slot' }, never)).toMatchObject({
      kind: 'unreachable',
    });
  });
}
