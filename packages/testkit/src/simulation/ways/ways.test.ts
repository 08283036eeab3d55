import { allWays } from '@lastgood/domain';
import { planFor } from '@lastgood/engine/rollback/prepare';
import { describe, expect, it } from 'vitest';
import { createInMemoryStore } from '../../fakes/in-memory-store.ts';
import { createRandom } from '../../random.ts';
import { createVirtualTime } from '../../virtual-time.ts';
import { createSimulatedWorld } from '../simulated-world.ts';
import { bringOut, eachWay } from './bring-out.ts';
import { simulatedWays } from './index.ts';
import type { SimulatedWay } from './site.ts';

/** The kinds of steps that the real ways plan, or why they plan none. */
async function planned(ways: readonly SimulatedWay[], seed: number): Promise<string[]> {
  const [time, random] = [createVirtualTime(0), createRandom(seed)];
  const world = createSimulatedWorld({ time, random, say: () => {}, taken: () => {} });
  const { service, bad, good, site } = bringOut(world, random, { name: 'web', ways });
  const { deployments } = createInMemoryStore({ now: time.now, notifiers: [] });
  const result = await planFor(
    { deployments, ports: world.served, clock: time.clock },
    {
      ...{ service, deployment: bad, target: good, triggers: [], accepting: site.accepting },
      removing: site.removing,
      signal: new AbortController().signal,
    },
  );
  return result.kind === 'plan'
    ? result.plan.steps.map(({ step }) => step.kind)
    : result.refusals.map(({ code, reason }) => `${code}: ${reason}`);
}

describe('simulated ways', () => {
  it('are all that the product has: a new one needs a line in ways/index.ts', () => {
    const simulated = simulatedWays.map(({ name }) => name);
    expect(simulated).toEqual(expect.arrayContaining(allWays.map(({ name }) => name)));
  });

  it.each(eachWay())('$name is planned by the real ways', async ({ ways }) => {
    for (const seed of [1, 2, 3, 4, 5, 6])
      for (const { shownBy } of ways)
        expect(await planned(ways, seed)).toEqual(expect.arrayContaining([...shownBy]));
  });
});
