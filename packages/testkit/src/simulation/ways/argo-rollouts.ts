import { fakeTemplateDigest } from '../../fakes/fake-template.ts';
import { addDelivery, deliverPast, onSkipping, onTemplate, revisionOf } from './delivery-site.ts';
import { bringOutWorkload, type SimulatedWay } from './site.ts';

/** A Rollout: what is stable is promoted by itself, any other template waits in its steps until it is told to skip them. */
export const argoRollouts: SimulatedWay = {
  name: 'argo-rollouts',
  role: 'carries',
  shownBy: ['set-template', 'skip-analysis', 'wait-for-promotion', 'wait-until-stable'],
  bringOut(site) {
    const { name, world, declares } = site;
    declares.strategy = 'canary';
    const workload = bringOutWorkload(site, { kind: 'Rollout', name });
    const evidence = 'it is a Rollout';
    world.rollout.cluster.at(workload).owner = {
      kind: 'delivery-controller',
      name: 'Argo Rollouts',
      evidence,
    };
    const delivery = addDelivery(site, {});
    // One truth: the template of the Rollout.
    Object.defineProperty(delivery, 'names', {
      enumerable: true,
      get() {
        const { template } = world.rollout.cluster.at(workload);
        return { template, templateDigest: fakeTemplateDigest(template) };
      },
    });
    let stable = revisionOf(site, delivery.phase === 'promoted' ? 'v2' : 'v1');
    const promote = () => {
      if (delivery.phase !== 'bringing-out' || delivery.skipsAnalysis !== true) return;
      Object.assign(delivery, { phase: 'promoted', weight: 100, healthy: true });
      stable = delivery.revision;
    };
    onTemplate(
      site,
      workload,
      (revision) => {
        delivery.observed = true;
        if (revision === delivery.revision) return;
        const isStable = revision === stable;
        Object.assign(delivery, { revision, healthy: isStable, weight: isStable ? 100 : 0 });
        delivery.phase = isStable ? 'promoted' : 'bringing-out';
      },
      // It forgets what it was told with every new template.
      () => Object.assign(delivery, { observed: false, skipsAnalysis: null }),
    );
    onSkipping(site, () => world.soon(promote));
    deliverPast(site, workload, delivery);
  },
};
