import type { FixUpSeen, MigrationSeen, Migrations } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

export interface MigrationStates {
  /** By name of the database. */
  databases: Record<string, MigrationSeen>;
  fixUps: Record<string, FixUpSeen>;
  /** Open sessions by database, as those who stop writers see them. */
  sessions: Record<string, number>;
}

export function createInMemoryMigrations(receivers: ReceiverState, state: MigrationStates): Migrations {
  return {
    readDatabase: reading(receivers, 'database', ({ database, to }) => {
      const found = state.databases[database];
      if (!found) return undefined;
      const { head, dirty, running, irreversible, undeclared, loss } = found;
      const path = head === to ? [] : [{ from: head, to, irreversible, undeclared, loss }];
      return { head, dirty, running, path };
    }),
    readSessions: reading(receivers, 'sessions', ({ database }) => state.sessions[database] ?? 0),
    readFixUp: reading(receivers, 'fix-up', ({ name }) => state.fixUps[name]),
    migrateTo: receive(receivers, 'migrate-to', {
      find: ({ database }) => state.databases[database],
      seen: (database) => database,
      isThere: (database, { to }, operation) =>
        database.running === operation || (database.head === to && !database.dirty),
      fence(database, { from }) {
        if (database.running !== null) return 'the advisory lock of the migration tool is held';
        return database.head === from && !database.dirty
          ? null
          : 'the history is not at the expected version';
      },
      write(database, { to }, operation) {
        database.running = operation;
        receivers.working.push(() => {
          database.head = to;
          database.running = null;
          database.loss = {};
        });
      },
    }),
    runFixUp: receive(receivers, 'run-fix-up', {
      find: ({ name }) => state.fixUps[name],
      seen: (fixUp) => fixUp,
      isThere: ({ last }, { digest }, operation) =>
        last !== null &&
        (last.operation === operation || (last.state === 'complete' && last.digest === digest)),
      fence(fixUp, { digest }) {
        if (fixUp.last?.state === 'running') return '409: another run of it is under way';
        return fixUp.digest === digest ? null : 'another fix-up is declared under this name';
      },
      write(fixUp, { digest }, operation) {
        const last = { operation, digest, reason: null };
        fixUp.last = { ...last, state: 'running' };
        receivers.working.push(() => {
          fixUp.last = { ...last, state: 'complete' };
        });
      },
    }),
  };
}
