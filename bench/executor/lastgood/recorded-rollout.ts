import type { Rollout } from '@lastgood/domain';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import type { Effects } from '../effect.ts';

/** What the one object looks like before and after; every step has an object of its own, named like its effect. */
export const object = {
  uid: 'uid-1',
  before: 'sha256:before',
  after: 'sha256:after',
};

/** A rollout of which setting a template is an effect on the recorder, and reading one a look at it. */
export function createRecordedRollout(effects: Effects, now: () => number): Rollout {
  const inMemory = createInMemoryRollout({ now });
  const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
  const example = inMemory.cluster.observe(inMemory.cluster.create(workload, { app: 'app:1' }), now());
  return {
    ...inMemory,
    async read({ name }, signal) {
      const templateDigest = (await effects.look(name, signal)) ? object.after : object.before;
      const snapshot = { ...example.snapshot, uid: object.uid, templateDigest };
      return { kind: 'found', observation: { ...example, snapshot } };
    },
    async setTemplate(_target, operation, signal) {
      await effects.make(operation, signal);
      return { kind: 'applied', note: 'made' };
    },
  };
}
