import type { ShownWay } from './shown-way.ts';

const readers = { contracts: { provides: {}, needs: { 'catalog-api': '<3' } } };

/** What the pipelines of the shop say of every release of these before the catalog answers in its third form. */
export const cascade: ShownWay = {
  served: {
    catalog: { contracts: { provides: { 'catalog-api': '2' }, needs: {} } },
    checkout: readers,
    edge: readers,
  },
};
