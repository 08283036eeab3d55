import type { ShownWay } from './shown-way.ts';

/** A stack with its state on this disk. */
export const infrastructure: ShownWay = {
  configures({ repository, state, work, program }, { planKey }) {
    if (!repository || !state || !work || !program) return {};
    const settings = {
      ...{ binary: program, repository, folder: work, backend: { path: state }, key: planKey },
    };
    return { infrastructure: [{ kind: 'terraform', name: 'shop-thumbnails', clusters: null, settings }] };
  },
};
