import type { Rollout, Workloads } from '@lastgood/domain';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import type { Effects } from '../effect.ts';

/** What the one object looks like before and after; every step has an object of its own, named like its effect. */
export const object = {
  uid: 'uid-1',
  before: 'sha256:before',
  after: 'sha256:after',
};

/** A cluster where setting a template is an effect on the recorder, and observing one a look at it. */
export function createRecordedRollout(
  effects: Effects,
  now: () => number,
): { rollout: Rollout; workloads: Workloads } {
  const inMemory = createInMemoryRollout({ now });
  const setTemplate: Workloads['setTemplate'] = {
    async observe({ workload }, _operation, signal) {
      const templateDigest = (await effects.look(workload.name, signal)) ? object.after : object.before;
      return { kind: 'seen', seen: { ...asSeen, templateDigest } };
    },
    async apply(_step, _seen, { key }, signal) {
      await effects.make(key, signal);
      return { kind: 'applied', note: 'made' };
    },
  };
  return { rollout: inMemory, workloads: { ...inMemory.workloads, setTemplate } };
}

const asSeen = {
  uid: object.uid,
  template: {},
  operation: null,
  paused: false,
  resumeHint: '',
  beingDeleted: false,
  fence: {},
};
