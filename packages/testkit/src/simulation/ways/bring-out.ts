import { type Deployment, type Service, type ServiceCheck, serviceKey } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { aBaseline, aDeployment, aService } from '../../scenario/builders.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { simulatedWays } from './index.ts';
import { createSite, type SimulatedWay, type Site } from './site.ts';

/** A service whose bad release 2 is out over its good release 1, by one or several ways. */
export interface BroughtOut {
  site: Site;
  ways: readonly SimulatedWay[];
  service: Service;
  good: Deployment;
  bad: Deployment;
}

export function bringOut(
  world: SimulatedWorld,
  random: Random,
  { ways, ...over }: Partial<Service> & { name: string; ways: readonly SimulatedWay[] },
): BroughtOut {
  const site = createSite(world, random, over.name);
  for (const way of ways) way.bringOut(site);
  const service = aService({ checks: [health], ...over, ...site.declares });
  const { strategy } = site.declares;
  const common = { service: serviceKey('main', 'shop', over.name), strategy };
  const good = aBaseline({ ...common, id: `${over.name}-1`, changes: site.good });
  const bad = aDeployment({
    ...{ ...common, id: `${over.name}-2`, previousDeploymentId: good.id, commit: null },
    changes: site.bad,
    objectsBefore: site.objectsBefore,
  });
  return { site, ways, service, good, bad };
}

/** What a delivery controller brings out, nothing else would prove. */
const health: ServiceCheck = {
  ...{ name: 'health', type: 'http', url: 'http://shop.example', expectedStatus: 200 },
  ...{ passes: 1, everyMs: 1_000, timeoutMs: 300_000 },
};

/** A way that carries the release, and what may come along with it. */
export function anyWays(random: Random): SimulatedWay[] {
  const carrier = random.pick(carriers);
  const along = simulatedWays.filter(
    ({ role, goesWith }) => role === 'comes-along' && (goesWith?.(carrier.name) ?? true),
  );
  return [carrier, ...along.filter(() => random.chance(0.45))];
}

/** Every carrier alone and everything that comes along with the first that it goes with: one release for each way. */
export function eachWay(): { name: string; ways: SimulatedWay[] }[] {
  return simulatedWays.map((way) => {
    const { name, role, goesWith } = way;
    const carrier = carriers.find((one) => goesWith?.(one.name) ?? true);
    return { name, ways: role === 'carries' || !carrier ? [way] : [carrier, way] };
  });
}

const carriers = simulatedWays.filter(({ role }) => role === 'carries');
