import type { FixUpSeen, MigrationSeen, Migrations } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

type DatabaseState = MigrationSeen & { versions?: readonly string[] };

export interface MigrationStates {
  /** By name of the database. `versions`: those it has gone through, newest first. */
  databases: Record<string, DatabaseState>;
  /** `ranFor`: the occasion of its last run; absent: whatever is asked for. */
  fixUps: Record<string, FixUpSeen & { ranFor?: string }>;
  /** Open sessions by database, as those who stop writers see them. */
  sessions: Record<string, number>;
}

export function createInMemoryMigrations(receivers: ReceiverState, state: MigrationStates): Migrations {
  return {
    readDatabase: reading(receivers, 'database', ({ database, to, coming }) => {
      const found = state.databases[database];
      if (!found) return undefined;
      const { head, dirty, running, irreversible, undeclared, loss, versions = [head, to] } = found;
      const [from, end] = [versions.indexOf(head), versions.indexOf(to)];
      const path =
        end < 0
          ? null
          : versions.slice(from, end).map((version, index) => ({
              ...{ from: version, to: versions[from + index + 1] ?? 'none' },
              ...(index === 0
                ? { irreversible, undeclared, loss }
                : { irreversible: null, undeclared: [], loss: {} }),
            }));
      const named = coming === undefined ? {} : { coming: comingIn(found, coming) };
      return { head, dirty, running, path, ...named };
    }),
    readSessions: reading(receivers, 'sessions', ({ database }) => state.sessions[database] ?? 0),
    readFixUp: reading(receivers, 'fix-up', ({ name, occasion }) => {
      const found = state.fixUps[name];
      return found && seenFor(found, occasion);
    }),
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
      seen: (fixUp, { occasion }) => seenFor(fixUp, occasion),
      isThere(fixUp, { digest, occasion }, operation) {
        const { last } = seenFor(fixUp, occasion);
        if (last === null) return false;
        return last.operation === operation || (last.state === 'complete' && last.digest === digest);
      },
      fence(fixUp, { digest }) {
        if (fixUp.last?.state === 'running') return '409: another run of it is under way';
        return fixUp.digest === digest ? null : 'another fix-up is declared under this name';
      },
      write(fixUp, { digest, occasion }, operation) {
        fixUp.ranFor = occasion;
        const last = { operation, digest, reason: null };
        fixUp.last = { ...last, state: 'running' };
        receivers.working.push(() => {
          fixUp.last = { ...last, state: 'complete' };
        });
      },
    }),
  };
}

/** What reversing a version takes, whether or not it was applied. */
function comingIn({ head, versions = [], irreversible, undeclared, loss }: DatabaseState, version: string) {
  if (version === head) return { irreversible, undeclared, loss };
  const isKnown = versions.includes(version);
  return { irreversible: isKnown ? null : 'has no file that could be read', undeclared: [], loss: {} };
}

/** A run for another occasion is none, unless it is under way. */
function seenFor({ digest, last, ranFor }: FixUpSeen & { ranFor?: string }, occasion: string): FixUpSeen {
  const counts = last?.state === 'running' || (ranFor ?? occasion) === occasion;
  return { digest, last: counts ? last : null };
}
