import { namedLoss } from '@lastgood/domain/rollback/accepted-loss';
import { isDelivering } from './carriers.ts';
import type { SimulatedWay, Site } from './site.ts';

const replicas = 2;

/** A schema that went one or two versions on, what writes to it, and what repairs its data. */
export const migration: SimulatedWay = {
  name: 'migration',
  role: 'comes-along',
  goesWith: (carrier) => !isDelivering(carrier),
  shownBy: ['stop-writers', 'migrate-to', 'start-writers'],
  bringOut(site) {
    const { name, world, random, declares, bad } = site;
    const database = `${name}-data`;
    const versions = random.chance(0.3) ? ['0018', '0017', '0016'] : ['0017', '0016'];
    const [head = '', old = ''] = [versions[0], versions.at(-1)];
    bad.push({ kind: 'migration', target: { database }, before: old, after: head });
    const { state } = world;
    state.databases[database] = {
      ...{ head, versions, dirty: false, running: null, irreversible: null, undeclared: [] },
      loss: { coupons: 12 },
      sessionsHint: 'its list of sessions names them',
      // One truth: whoever counts sessions for the writers counts those that the migration sees.
      get sessions() {
        return state.sessions[database] ?? 0;
      },
    };
    site.accepting.push(namedLoss(database, 'coupons'));
    site.databases.push(database);
    const fixUps = random.chance(0.6) ? [{ name: addFixUp(site) }] : [];
    declares.rollback.migration = { database, fixUps };
    addWriters(site, database);
  },
};

function addWriters({ name, world: { state }, declares }: Site, database: string): void {
  const names = [`${name}-worker`, `${name}-cron`];
  for (const one of names)
    state.writers[one] = { uid: `uid-${one}`, desired: replicas, ready: replicas, pods: replicas };
  state.sessions[database] = replicas * names.length;
  declares.writers = names.map((one) => ({ kind: 'Deployment', name: one }));
}

function addFixUp({ name, world: { state } }: Site): string {
  const fixUp = `${name}-totals`;
  state.fixUps[fixUp] = { digest: `sha256:${'a'.repeat(64)}`, last: null };
  return fixUp;
}
