import type { DeliverySeen, WorkloadTarget } from '@lastgood/domain';
import { fakeTemplate, fakeTemplateDigest } from '../../fakes/fake-template.ts';
import { imagesOf, type Site } from './site.ts';

/** A delivery that has promoted release 2, or is in the midst of bringing it out. */
export function addDelivery(site: Site, over: Partial<DeliverySeen>): DeliverySeen {
  const { name, world, random } = site;
  const isInMidst = random.chance(0.5);
  const delivery: DeliverySeen = {
    ...{ uid: `uid-delivery-${name}`, revision: revisionOf(site, 'v2'), checksum: null },
    phase: isInMidst ? 'bringing-out' : 'promoted',
    weight: isInMidst ? 20 : 100,
    healthy: !isInMidst,
    ...{ observed: true, ordered: false, skipsAnalysis: null, suspended: false, asksUs: null },
    ...{ lookEveryMs: 0, stableImages: null, templateFrom: null, beingDeleted: false },
    ...{ sentence: 'as it stands', fence: {} },
    ...over,
  };
  world.state.deliveries[name] = delivery;
  world.servesBad.set(name, () => delivery.revision === revisionOf(site, 'v2') && delivery.weight > 0);
  site.meddlings.push({
    what: `somebody suspends the delivery ${name}`,
    object: null,
    act: () => void Object.assign(delivery, { suspended: true }),
    putBack: () => void Object.assign(delivery, { suspended: false }),
  });
  return delivery;
}

export const revisionOf = (site: Site, version: string) =>
  fakeTemplateDigest(fakeTemplate(imagesOf(site, version)));

/** The controller sees a new template some time after it was set. */
export function onTemplate(
  { name, world }: Site,
  workload: WorkloadTarget,
  see: (revision: string) => void,
  unseen: () => void,
): void {
  const { cluster } = world.rollout;
  const look = () => see(fakeTemplateDigest(cluster.at(workload).template));
  world.controllers.add((step) => {
    if (step.kind !== 'set-template' || step.workload.name !== name) return;
    unseen();
    world.soon(look);
  });
}

/** The controller is told to skip what it would do before it promotes. */
export function onSkipping({ name, world }: Site, act: () => void): void {
  world.controllers.add((step) => {
    if (step.kind === 'skip-analysis' && step.object.name === name && step.skip) act();
  });
}

/** Somebody deploys version 3 past Lastgood, and the controller begins to bring that out. */
export function deliverPast(site: Site, workload: WorkloadTarget, delivery: DeliverySeen): void {
  const { name, world } = site;
  site.deployPast = () => {
    world.setByOthers.set(`workload/${name}`, null);
    world.setByOthers.set(`delivery/${name}`, null);
    world.rollout.cluster.deploy(workload, imagesOf(site, 'v3'));
    const revision = revisionOf(site, 'v3');
    Object.assign(delivery, { revision, phase: 'bringing-out', weight: 20, healthy: false, observed: true });
  };
}
