import { bringOutWorkload, imagesOf, runsBad, type SimulatedWay } from './site.ts';

/** One Deployment, set to release 2. */
export const rolling: SimulatedWay = {
  name: 'rolling',
  role: 'carries',
  shownBy: ['rehearse-template', 'set-template', 'wait-until-stable'],
  bringOut(site) {
    const { name, world } = site;
    const workload = bringOutWorkload(site, { kind: 'Deployment', name });
    world.servesBad.set(name, () => runsBad(site, workload));
    site.undoPast = workload;
    site.deployPast = () => {
      world.setByOthers.set(`workload/${name}`, null);
      world.rollout.cluster.deploy(workload, imagesOf(site, 'v3'));
    };
  },
};
