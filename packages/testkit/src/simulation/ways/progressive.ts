import { bringOutWorkload, type SimulatedWay, type Site } from './site.ts';

/** As it is asked of each copy by itself. */
export const copyErrorsQuery = 'errors{workload="$WORKLOAD"}';

/** A canary whose traffic goes back to the stable side in stages; the stable side may die in the midst of it. */
export const progressive: SimulatedWay = {
  name: 'progressive',
  role: 'carries',
  shownBy: ['reach-stage', 'hold-stage'],
  bringOut(site) {
    const { name, world, random, declares } = site;
    declares.strategy = 'canary';
    const stable = { kind: 'Deployment' as const, name: `${name}-stable` };
    const canaryRef = { kind: 'Deployment' as const, name: `${name}-canary` };
    const served = bringOutWorkload(site, stable, false);
    const trial = bringOutWorkload(site, canaryRef);
    declares.rollback.canary = {
      route: { kind: 'HTTPRoute', name },
      stable: { destination: 'stable', workload: stable },
      canary: { destination: 'canary', workload: canaryRef },
    };
    declares.rollback.progressive = {
      ...{ stages: random.pick([[50], [25, 75]]), soakSeconds: 1, pauseAtMostSeconds: 300 },
      // Release 2 fails half of its requests: with the lower one, everything goes back at once.
      ...{ errors: { query: copyErrorsQuery, atMost: 0.05 }, jumpAbove: random.pick([0.2, 0.9, 0.9]) },
    };
    const { cluster } = world.rollout;
    const ready = {
      // One truth: the pods of each side.
      get stable() {
        return cluster.at(served).ready ?? cluster.at(served).replicas;
      },
      get canary() {
        return cluster.at(trial).replicas;
      },
    };
    const weights: Record<string, number> = { stable: 0, canary: 100 };
    const route = { uid: `uid-route-${name}`, weights, accepted: true, ready };
    world.state.routes[name] = route;
    world.servesBad.set(name, () => route.weights.canary !== 0);
    meddle(site, route, (count) => Object.assign(cluster.at(served), { ready: count }));
  },
};

function meddle(
  { name, meddlings }: Site,
  route: { weights: Record<string, number> },
  setReady: (count: number | null) => void,
): void {
  const theirs: Record<string, number> = { stable: 10, canary: 90 };
  meddlings.push({
    what: `somebody sets the weights of ${name}`,
    object: `route/${name}`,
    sets: theirs,
    act() {
      route.weights = theirs;
    },
    putBack: null,
  });
  meddlings.push({
    what: `the stable side of ${name} dies`,
    object: null,
    act: () => setReady(0),
    putBack: () => setReady(null),
  });
}
