import type { DeliverySeen } from '@lastgood/domain';
import { deliveryContract } from '../contracts/delivery.ts';
import { imageOf } from '../scenario/builders.ts';
import { fakeTemplate, fakeTemplateDigest } from './fake-template.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';

const named = (version: string) => {
  const template = fakeTemplate({ app: imageOf(version) });
  return { template, templateDigest: fakeTemplateDigest(template) };
};

for (const asks of [false, true])
  deliveryContract(`a controller in memory that ${asks ? 'asks' : 'is told'}`, async () => {
    const world = createInMemoryStepWorld();
    const delivery: DeliverySeen = {
      ...{ uid: 'uid-1', revision: 'v2', checksum: asks ? 'c0ffee' : null, phase: 'bringing-out' },
      ...{ healthy: false, weight: 20, observed: true, ordered: asks, skipsAnalysis: null, suspended: false },
      ...{ asksUs: asks ? true : null, lookEveryMs: 0, stableImages: null, templateFrom: null },
      names: named('v2'),
      ...{ beingDeleted: false, sentence: 'Progressing', fence: {} },
    };
    world.state.deliveries = { web: delivery };
    const kind = asks ? 'Canary' : 'Rollout';
    return {
      delivery: world.ports.delivery,
      object: { cluster: 'main', namespace: 'shop', kind, name: 'web' },
      controller: asks ? 'Flagger' : 'Argo Rollouts',
      asks,
      settle: async () => world.settle(),
      deployThird: async () =>
        void Object.assign(delivery, { revision: 'v3', ordered: asks, names: named('v3') }),
      recreate: async () => void Object.assign(delivery, { uid: 'uid-2' }),
      faultNextWrite: (fault) => world.failNext(fault),
      hang: () => void Object.assign(world.receivers, { unreachableFor: 10 }),
      writes: () => world.accepted(),
      close: async () => {},
    };
  });
