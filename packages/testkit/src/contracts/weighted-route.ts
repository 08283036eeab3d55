import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

type Route = Pick<StepOf<'set-weight'>, 'route' | 'rule'>;

/**
 * A route that splits its traffic between the destinations `old` and `new`, both ready, everything at `new`; and the adapter
 * under test beside it.
 */
export interface WeightedRouteWorld {
  traffic: Traffic;
  route: Route;
  /** The scale of this router: what all of the traffic is. */
  all: number;
  /** Somebody else splits it. */
  split(weights: { old: number; new: number }): Promise<void>;
  /** As the router itself has it. */
  weights(): Promise<Record<string, number>>;
  /** The only endpoint of `old` is not ready from now on; returns when the router knows. */
  loseOld(): Promise<void>;
  /** From the next write on. `lost-reply`: it happens and is not answered, once. `hangs`, `garbage`: until it is set to `none`. */
  fault(fault: 'lost-reply' | 'unreachable' | 'hangs' | 'garbage' | 'none'): void;
  close(): Promise<void>;
}

/** What everybody who splits traffic by weights promises. */
export function weightedRouteContract(name: string, open: () => Promise<WeightedRouteWorld>): void {
  describe(`${name} keeps the contract of a weighted route`, () => {
    let world: WeightedRouteWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describeSetting(() => world);
    describeStrangers(() => world);
    describeFaults(() => world);
  });
}

const never = () => new AbortController().signal;

function describeSetting(world: () => WeightedRouteWorld): void {
  it('reads how the traffic is split and what is ready', async () => {
    const { all } = world();
    const read = await world().traffic.readRoute(world().route, never());
    expect(read).toMatchObject({
      kind: 'seen',
      seen: { weights: { old: 0, new: all }, accepted: true, ready: { old: 1, new: 1 } },
    });
  });

  it('takes the traffic back, and forth again, and twice is once', async () => {
    const back = await stepBack(world());
    expect(await outcome(world(), back, 'r1/0')).toBe('applied');
    expect(await world().weights()).toEqual(back.weights);
    expect(await outcome(world(), back, 'r1/0')).toBe('applied');
    const forth = { ...back, from: back.weights, weights: back.from };
    expect(await outcome(world(), forth, 'r2/0')).toBe('applied');
    expect(await world().weights()).toEqual(forth.weights);
  });

  it('splits it, where that is asked for', async () => {
    const { all } = world();
    const step = { ...(await stepBack(world())), weights: { old: all / 4, new: (all / 4) * 3 } };
    expect(await outcome(world(), step, 'r1/0')).toBe('applied');
    expect(await world().weights()).toEqual(step.weights);
  });

  it('finds no route that is not there, and says so', async () => {
    const { route, rule } = world().route;
    const nowhere = { route: { ...route, name: missingName(route.name) }, rule };
    expect(await world().traffic.readRoute(nowhere, never())).toMatchObject({
      kind: 'not-found',
      reason: expect.stringMatching(/\w/),
    });
  });

  it('refuses to send traffic to who is not ready', async () => {
    const step = await stepBack(world());
    await world().loseOld();
    const { outcome: ended } = await attemptStep(world().traffic.setWeight, step, 'r1/0');
    expect(ended).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('old has no ready endpoint'),
    });
    expect(await world().weights()).toEqual(step.from);
  });
}

function describeStrangers(world: () => WeightedRouteWorld): void {
  it('leaves what somebody else has set', async () => {
    const { all } = world();
    const step = await stepBack(world());
    await world().split({ old: all / 2, new: all / 4 });
    const { outcome: ended } = await attemptStep(world().traffic.setWeight, step, 'r1/0');
    expect(ended).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Somebody else') });
    expect(await world().weights()).toEqual({ old: all / 2, new: all / 4 });
  });

  it('leaves what somebody else sets between the look and the write', async () => {
    const { all, traffic } = world();
    const step = await stepBack(world());
    const { outcome: ended } = await attemptStep(
      {
        observe: traffic.setWeight.observe,
        async apply(...given) {
          await world().split({ old: all / 2, new: all / 4 });
          return traffic.setWeight.apply(...given);
        },
      },
      step,
      'r1/0',
    );
    expect(ended.kind).toBe('failed');
    expect(await world().weights()).toEqual({ old: all / 2, new: all / 4 });
  });

  it('refuses another object under the same name', async () => {
    const step = { ...(await stepBack(world())), uid: 'another' };
    const { outcome: ended } = await attemptStep(world().traffic.setWeight, step, 'r1/0');
    expect(ended).toMatchObject({ kind: 'failed', reason: expect.stringContaining('created again') });
    expect(await world().weights()).toEqual(step.from);
  });
}

function describeFaults(world: () => WeightedRouteWorld): void {
  it('is done once after a reply that was lost', async () => {
    const step = await stepBack(world());
    world().fault('lost-reply');
    expect((await attemptUntilOver(world().traffic.setWeight, step, 'r1/0')).at(-1)?.outcome.kind).toBe(
      'applied',
    );
    expect(await world().weights()).toEqual(step.weights);
  });

  it.each([
    ['cannot be reached', 'unreachable'],
    ['accepts and never answers', 'hangs'],
    ['answers something else', 'garbage'],
  ] as const)('waits while the router %s, and ends it after', async (_words, fault) => {
    const step = await stepBack(world());
    world().fault(fault);
    const { outcome: ended } = await attemptStep(world().traffic.setWeight, step, 'r1/0');
    expect(ended).toMatchObject({ kind: 'waiting', note: expect.stringMatching(/\w/) });
    expect((await world().traffic.readRoute(world().route, never())).kind).toBe('unreachable');
    world().fault('none');
    expect(await outcome(world(), step, 'r1/0')).toBe('applied');
    expect(await world().weights()).toEqual(step.weights);
  });

  it('is called off at once', async () => {
    const step = await stepBack(world());
    world().fault('hangs');
    const called = new AbortController();
    const attempt = attemptStep(world().traffic.setWeight, step, 'r1/0', called.signal);
    called.abort();
    expect((await attempt).outcome.kind).toBe('waiting');
    world().fault('none');
    expect(await world().weights()).toEqual(step.from);
  });
}

/** All of the traffic back to `old`, planned on what is read. */
async function stepBack({ traffic, route, all }: WeightedRouteWorld): Promise<StepOf<'set-weight'>> {
  const read = await traffic.readRoute(route, never());
  if (read.kind !== 'seen') throw new Error(read.reason);
  const { uid, weights } = read.seen;
  return { kind: 'set-weight', ...route, uid, from: weights, weights: { old: all, new: 0 } };
}

async function outcome({ traffic }: WeightedRouteWorld, step: StepOf<'set-weight'>, operation: string) {
  return (await attemptUntilOver(traffic.setWeight, step, operation)).at(-1)?.outcome.kind;
}

/** As long as the other and of the same letters: the name of nothing. */
function missingName(name: string): string {
  return name.replace(/[a-z0-9]$/i, (last) => (last === '0' ? '1' : '0'));
}
