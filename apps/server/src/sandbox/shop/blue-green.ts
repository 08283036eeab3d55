import type { ShownWay } from './shown-way.ts';

const service = { name: 'storefront', key: 'slot' };
const [blue, green] = (['blue', 'green'] as const).map((slot) => ({
  kind: 'Deployment' as const,
  name: `storefront-${slot}`,
}));

export const blueGreen: ShownWay = {
  declares: {
    storefront: {
      strategy: 'blue-green',
      rollback: { 'blue-green': { service, slots: { blue, green } } },
    },
  },
  served: {
    storefront: {
      changes: [{ kind: 'traffic', target: { kind: 'Service', ...service }, before: 'green', after: 'blue' }],
    },
  },
};
