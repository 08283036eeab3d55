import { bringOutWorkload, type SimulatedWay } from './site.ts';

/** Two slots and a Service that selects one of them; the slot left may be scaled to nothing. */
export const blueGreen: SimulatedWay = {
  name: 'blue-green',
  role: 'carries',
  shownBy: ['switch-selector', 'wait-until-stable'],
  bringOut(site) {
    const { name, world, random, declares } = site;
    declares.strategy = 'blue-green';
    const [blue, green] = [`${name}-blue`, `${name}-green`];
    const old = bringOutWorkload(site, { kind: 'Deployment', name: blue }, false);
    bringOutWorkload(site, { kind: 'Deployment', name: green });
    if (random.chance(0.5)) world.rollout.cluster.at(old).replicas = 0;
    declares.rollback['blue-green'] = {
      service: { name, key: 'slot' },
      slots: { blue: { kind: 'Deployment', name: blue }, green: { kind: 'Deployment', name: green } },
    };
    const target = { kind: 'Service', name, key: 'slot' };
    site.bad.push({ kind: 'traffic', target, before: 'blue', after: 'green' });
    const readyPods = {
      // One truth: the pods of the slot.
      get blue() {
        return world.rollout.cluster.at(old).replicas;
      },
      green: 3,
    };
    const service = { uid: `uid-service-${name}`, value: 'green', readyPods, endpoints: { green: 3 } };
    world.state.services[name] = service;
    world.servesBad.set(name, () => service.value === 'green');
    site.meddlings.push({
      what: `somebody selects nothing with the Service ${name}`,
      object: `service/${name}`,
      act: () => Object.assign(service, { value: 'maintenance', endpoints: {}, was: service.value }),
      putBack() {
        const { was = 'green' } = service as { was?: 'blue' | 'green' };
        Object.assign(service, { value: was, endpoints: { [was]: 3 } });
      },
    });
  },
};
