import type { DeliverySeen, DeliveryTarget } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { already, integer, type Meddling, type StepCases } from './step-case.ts';

type DeliveryKind = 'order-abort' | 'skip-analysis' | 'wait-for-promotion';

/** A delivery in the midst of a bad version, and another one that is nobody's business. */
function deliveryWorld(random: Random, over: Partial<DeliverySeen>) {
  const world = createInMemoryStepWorld();
  const asks = random.chance(0.5);
  const delivery: DeliverySeen = {
    uid: `uid-${integer(random, 1, 1e6)}`,
    revision: 'bad0bad',
    checksum: asks ? 'c0ffee' : null,
    ...{ phase: 'bringing-out', healthy: false, weight: random.pick([0, 5, 20, 50]), observed: true },
    ...{ ordered: asks, skipsAnalysis: null, suspended: false, asksUs: asks ? true : null },
    ...{ lookEveryMs: asks ? 30_000 : 0, stableImages: null, templateFrom: null, beingDeleted: false },
    ...{ sentence: 'Progressing', fence: {} },
    ...over,
  };
  world.state.deliveries = { shop: delivery, bystander: structuredClone(delivery) };
  const { uid, checksum } = delivery;
  const kind = asks ? 'Canary' : 'Rollout';
  const target: DeliveryTarget = {
    controller: asks ? 'Flagger' : 'Argo Rollouts',
    object: { cluster: 'main', namespace: 'shop', kind, name: 'shop' },
    uid,
    revision: 'bad0bad',
  };
  const change = (to: Partial<DeliverySeen>, words: RegExp): Meddling => ({
    act: () => void Object.assign(delivery, to),
    words,
  });
  const common = [
    change({ uid: 'another' }, /created again/),
    change({ suspended: true, phase: 'bringing-out', revision: 'bad0bad' }, /suspended/),
  ];
  return { world, delivery, target, checksum, asks, change, common };
}

export const deliveryCases: Pick<StepCases, DeliveryKind> = {
  'order-abort': (random) => {
    const there = already(random);
    const { world, target, checksum, asks, change, common } = deliveryWorld(
      random,
      there ? { phase: 'aborted', weight: 0 } : {},
    );
    const meddle = random.pick([
      ...common.map((one, at) => ({ ...one, unfenced: at === 1 })),
      change({ revision: 'third', phase: 'bringing-out' }, /somebody deployed another version/),
      change({ phase: 'promoted', weight: 100 }, /has promoted/),
    ]);
    // An abort that is done stays done, whoever lets the controller rest then.
    return {
      world,
      step: { kind: 'order-abort', ...target, checksum },
      effects: there || asks ? 0 : 1,
      meddle: there && /suspended/.test(meddle.words.source) ? null : meddle,
    };
  },
  'skip-analysis': (random) => {
    const there = already(random);
    const { world, target, common, change } = deliveryWorld(random, {
      ...{ phase: 'promoted', weight: 100, healthy: true, skipsAnalysis: there ? true : null },
    });
    const meddle = random.pick([
      ...common.map((one, at) => ({ ...one, unfenced: at === 1 })),
      change({ phase: 'bringing-out', weight: 10 }, /promoted at once/),
    ]);
    return {
      world,
      step: { kind: 'skip-analysis', ...target, skip: true, afterTemplate: false },
      effects: there ? 0 : 1,
      meddle: there && /suspended/.test(meddle.words.source) ? null : meddle,
    };
  },
  'wait-for-promotion': (random) => {
    const there = already(random);
    const { world, delivery, target, change } = deliveryWorld(random, {
      ...{ revision: 'good', phase: there ? 'promoted' : 'ending', healthy: there },
    });
    if (!there)
      world.receivers.working.push(() =>
        Object.assign(delivery, { phase: 'promoted', healthy: true, weight: 100 }),
      );
    return {
      world,
      step: { kind: 'wait-for-promotion', ...target },
      effects: 0,
      meddle: random.pick([
        change({ uid: 'another' }, /created again/),
        change({ phase: 'aborted' }, /given up the target, too/),
        change({ suspended: true, phase: 'ending' }, /suspended/),
      ]),
    };
  },
};
