import { addDelivery, deliverPast, onSkipping, onTemplate } from './delivery-site.ts';
import { bringOutWorkload, imagesOf, type SimulatedWay } from './site.ts';

/** A Canary over a Deployment: it asks whether to roll back, and makes no canary of what it has promoted last. */
export const flagger: SimulatedWay = {
  name: 'flagger',
  role: 'carries',
  // In the midst of an analysis it is aborted, and needs nothing else than its template then.
  shownBy: ['set-template'],
  bringOut(site) {
    const { name, world, declares } = site;
    declares.rollback.flagger = { canary: name };
    const workload = bringOutWorkload(site, { kind: 'Deployment', name });
    const { cluster } = world.rollout;
    const delivery = addDelivery(site, {
      ...{ checksum: 'c0ffee', ordered: true, asksUs: true, lookEveryMs: 10_000 },
      templateFrom: { kind: 'Deployment', name },
    });
    delivery.stableImages = imagesOf(site, delivery.phase === 'promoted' ? 'v2' : 'v1');
    const set = () => cluster.at(workload).template;
    onTemplate(
      site,
      workload,
      (revision) => {
        delivery.observed = true;
        if (revision === delivery.revision) return;
        const isStable = JSON.stringify(set()).includes(`"${delivery.stableImages?.app}"`);
        const isPromoted = isStable || delivery.skipsAnalysis === true;
        Object.assign(delivery, { revision, checksum: revision, healthy: isPromoted });
        delivery.phase = isPromoted ? 'promoted' : 'bringing-out';
        delivery.weight = isPromoted ? 100 : 0;
      },
      () => Object.assign(delivery, { observed: false }),
    );
    // In the midst of an analysis it is skipped from then on.
    onSkipping(site, () =>
      world.soon(() => {
        if (delivery.phase !== 'bringing-out' || delivery.skipsAnalysis !== true) return;
        Object.assign(delivery, { phase: 'promoted', weight: 100, healthy: true });
      }),
    );
    deliverPast(site, workload, delivery);
  },
};
