import { bringOutWorkload, runsBad, type SimulatedWay } from './site.ts';

/** A stable and a canary workload behind one route; half of the time the canary was promoted to the stable side, too. */
export const canary: SimulatedWay = {
  name: 'canary',
  role: 'carries',
  shownBy: ['set-weight', 'wait-until-stable'],
  bringOut(site) {
    const { name, world, random, declares } = site;
    declares.strategy = 'canary';
    const isPromoted = random.chance(0.4);
    const stable = { kind: 'Deployment' as const, name: `${name}-stable` };
    const canaryRef = { kind: 'Deployment' as const, name: `${name}-canary` };
    const served = bringOutWorkload(site, stable, isPromoted);
    bringOutWorkload(site, canaryRef);
    declares.rollback.canary = {
      route: { kind: 'HTTPRoute', name },
      stable: { destination: 'stable', workload: stable },
      canary: { destination: 'canary', workload: canaryRef },
    };
    const weights: Record<string, number> = { stable: 50, canary: 50 };
    const route = { uid: `uid-route-${name}`, weights, accepted: true, ready: { stable: 3, canary: 3 } };
    world.state.routes[name] = route;
    world.servesBad.set(name, () => route.weights.canary !== 0 || runsBad(site, served));
    const theirs: Record<string, number> = { stable: 90, canary: 10 };
    site.meddlings.push({
      what: `somebody sets the weights of ${name}`,
      object: `route/${name}`,
      sets: theirs,
      act() {
        route.weights = theirs;
      },
      putBack: null,
    });
  },
};
