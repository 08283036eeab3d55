import type { FixUpSeen, MigrationSeen } from '@lastgood/domain';
import { migrationsContract } from '../../contracts/migrations.ts';
import { createInMemoryMigrations, type MigrationStates } from './migrations.ts';
import { createReceiverState } from './receivers.ts';

const versions = ['0003', '0002', '0001'] as const;

migrationsContract('the fake', async () => {
  const receivers = createReceiverState();
  const reversal = { irreversible: null, undeclared: [], loss: { coupons: 3 } };
  const database: MigrationSeen & { versions: readonly string[] } = {
    ...{ head: versions[0], dirty: false, running: null, sessions: 0, sessionsHint: '', versions },
    ...reversal,
  };
  const fixUp: FixUpSeen = { digest: 'sha256:a', last: null };
  const state: MigrationStates = { databases: { shop: database }, fixUps: { totals: fixUp }, sessions: {} };
  let byHand = 0;
  const taken = (kind: string) => receivers.accepted.filter((one) => one.kind === kind).length;
  return {
    migrations: createInMemoryMigrations(receivers, state),
    database: 'shop',
    versions,
    coupons: 3,
    reversals: async () => byHand + taken('migrate-to'),
    async settle() {
      for (const end of receivers.working.splice(0)) end();
    },
    async reverseByHand() {
      byHand += 1;
      database.head = versions[versions.indexOf(database.head as '0003') + 1] ?? 'none';
      database.loss = {};
    },
    async openSession() {
      database.sessions += 1;
      state.sessions.shop = 1;
    },
    fixUp: 'totals',
    fixUpRuns: async () => taken('run-fix-up'),
    async declareAnew() {
      fixUp.digest = 'sha256:b';
    },
    async cutOff() {
      receivers.unreachableFor = 3;
      receivers.faults.push('unreachable');
    },
    close: async () => {},
  };
});
