import { serviceKey } from '@lastgood/domain';
import { planFor } from '@lastgood/engine/rollback/prepare';
import { aService, aTrigger, dayZero } from '../scenario/builders.ts';
import { intervalMs, type Simulation } from './simulation.ts';
import { anyWays, type BroughtOut, bringOut } from './ways/bring-out.ts';
import { copyErrorsQuery } from './ways/progressive.ts';

/** The services of a seed: each with a bad release 2 in progress and a good release 1. */
export interface Fleet {
  names: string[];
  /** By name. */
  released: Map<string, BroughtOut>;
  /** The one with which others have to go back, as they depend on it; null where nobody does. */
  asked: string | null;
}

export async function buildFleet(sim: Simulation): Promise<Fleet> {
  const { random } = sim;
  const names = ['web', 'cart', 'mail'].slice(0, random.pick([1, 2, 3]));
  const calls = dependencies(sim, names);
  const fleet: Fleet = { names, released: new Map(), asked: calls?.callee ?? null };
  for (const name of names) {
    const callee = calls?.callers.includes(name) ? [serviceKey('main', 'shop', calls.callee)] : [];
    fleet.released.set(name, await release(sim, name, callee));
  }
  measure(sim);
  return fleet;
}

/** Two callers stand side by side, and go back before whom they call. */
function dependencies({ random }: Simulation, names: readonly string[]) {
  const [callee, ...callers] = names.toReversed();
  if (callee === undefined || callers.length === 0 || random.chance(0.25)) return null;
  return { callee, callers: random.chance(0.5) ? callers : callers.slice(0, 1) };
}

async function release(
  sim: Simulation,
  name: string,
  dependencies: BroughtOut['service']['dependencies'],
): Promise<BroughtOut> {
  const { store, world, time, random, released } = sim;
  // A limit is measured by the clocks of the replicas, and two of them may be two minutes apart.
  const policy = { ...aService().policy, stableTimeoutMs: 300_000, cooldownMs: 20_000 };
  const triggers = [aTrigger({ forMs: 10_000 })];
  const ways = anyWays(random);
  const one = bringOut(world, random, { name, ways, dependencies, triggers, policy });
  sim.say(`${name} comes by ${ways.map((way) => way.name).join(', ')}`);
  await store.services.apply(one.service, 'sim', time.now());
  await store.deployments.commit({ newDeployments: [one.good] });
  await store.deployments.commit({ newDeployments: [one.bad] });
  released.set(one.service.key, one);
  await mustBePlanned(sim, one);
  return one;
}

/** A release that nobody could take back would prove nothing. */
async function mustBePlanned({ store, world, time }: Simulation, { site, ...one }: BroughtOut) {
  const from = { ports: world.served, deployments: store.deployments, clock: time.clock };
  const { service, bad: deployment, good: target } = one;
  const signal = new AbortController().signal;
  const { accepting, removing } = site;
  const result = await planFor(from, {
    service,
    deployment,
    target,
    triggers: [],
    accepting,
    removing,
    signal,
  });
  if (result.kind === 'refused')
    throw new Error(`${service.name}: ${result.refusals.map(({ reason }) => reason).join(' ')}`);
}

/** Release 2 fails half of its requests wherever it serves. */
function measure({ metrics, world }: Simulation): void {
  metrics.answer(({ template, variables }, at) => {
    if (at < dayZero - intervalMs / 2) return { kind: 'value', value: 0 };
    // Of a copy by itself: the stable side runs release 1.
    if (template === copyErrorsQuery)
      return { kind: 'value', value: variables.WORKLOAD?.endsWith('-canary') ? 0.5 : 0 };
    const isBad = world.servesBad.get(variables.SERVICE ?? '')?.() ?? false;
    return { kind: 'value', value: isBad ? 0.5 : 0 };
  });
}
