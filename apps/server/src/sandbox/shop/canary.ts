import type { ShownWay } from './shown-way.ts';

const side = (track: 'stable' | 'canary') => ({
  destination: `pricing-${track}`,
  workload: { kind: 'Deployment' as const, name: `pricing-${track}` },
});

export const canary: ShownWay = {
  declares: {
    pricing: {
      strategy: 'canary',
      rollback: {
        canary: {
          route: { kind: 'HTTPRoute', name: 'pricing' },
          stable: side('stable'),
          canary: side('canary'),
        },
      },
    },
  },
};
