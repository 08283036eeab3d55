import type { ShownWay } from './shown-way.ts';

/** The migrations of a database that Lastgood lends the shop in its embedded PostgreSQL. */
export const migration: ShownWay = {
  declares: {
    orders: {
      writers: [{ kind: 'Deployment', name: 'orders' }],
      rollback: { migration: { database: 'shop-orders', fixUps: [{ name: 'order-states' }] } },
    },
  },
  configures({ migrations, fixUps }, { database }) {
    if (!database || !migrations || !fixUps) return {};
    const settings = {
      ...{ url: database.ownerUrl, applicationRoles: [database.applicationRole], migrations, fixUps },
    };
    return { migrations: [{ kind: 'dbmate', name: 'shop-orders', clusters: null, settings }] };
  },
};
