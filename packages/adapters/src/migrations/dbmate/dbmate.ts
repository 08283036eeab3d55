import type { Migrations } from '@lastgood/domain/ports/migrations';
import type {
  DatabaseSeen,
  Downgrade,
  MigrationSeen,
  MigrationTarget,
} from '@lastgood/domain/rollback/contracts/migrate-to';
import { countSessions, runningOperation } from '../../postgres/activity.ts';
import { createBackground } from '../../postgres/background.ts';
import { applyFixUp, seeFixUp } from '../../postgres/fix-ups.ts';
import { inSession, type Session, sessionName } from '../../postgres/session.ts';
import { appliedVersions, headOf, pathTo } from './history.ts';
import { reversalOf } from './reversal.ts';
import { type DbmatePlace, reverse } from './reverse.ts';

/** Of a path so long nobody reads the plan. */
const longestPath = 50;

/** A PostgreSQL whose schema dbmate moves. A reversal of dbmate is one transaction: it is never half way. */
export function createDbmate(place: DbmatePlace): Migrations {
  const { database } = place;
  const background = createBackground();
  return {
    async readDatabase({ to }, signal) {
      const read = await inSession(database, { signal }, (session) => databaseSeen(place, session, to));
      return read.kind === 'ok' ? { kind: 'seen', seen: read.value } : read;
    },
    readFixUp: (ask, signal) => seeFixUp(database, ask, null, signal),
    async readSessions(_ask, signal) {
      const read = await inSession(database, { signal }, (session) => countSessions(session, database.roles));
      return read.kind === 'ok' ? { kind: 'seen', seen: read.value } : read;
    },
    migrateTo: {
      async observe(step, { key }, signal) {
        const read = await inSession(database, { signal }, (session) =>
          migrationSeen(place, session, step, key),
        );
        return read.kind === 'ok' ? { kind: 'seen', seen: read.value } : read;
      },
      apply: (step, _seen, { key }) => background.start(key, () => reverse(place, step, key)),
    },
    runFixUp: {
      observe: (step, { key }, signal) => seeFixUp(database, step, key, signal),
      apply: (step, _seen, { key }) => background.start(key, () => applyFixUp(database, step, key)),
    },
  };
}

async function databaseSeen(
  { migrations, table }: DbmatePlace,
  session: Session,
  to: string,
): Promise<DatabaseSeen> {
  const running = await runningOperation(session);
  const versions = await appliedVersions(session, table);
  const steps = pathTo(versions, to);
  const frame = { head: headOf(versions), dirty: false, running };
  if (steps === null || steps.length > longestPath) return { ...frame, path: null };
  const path: Downgrade[] = [];
  for (const step of steps)
    path.push({ ...step, ...(await reversalOf(session, migrations, step.from, path.length === 0)) });
  return { ...frame, path };
}

async function migrationSeen(
  { database, migrations, table }: DbmatePlace,
  session: Session,
  { from }: MigrationTarget,
  operation: string,
): Promise<MigrationSeen> {
  const running = await runningOperation(session);
  const head = headOf(await appliedVersions(session, table));
  const isOwn = running !== null && sessionName(running) === sessionName(operation);
  return {
    head,
    dirty: false,
    running: isOwn ? operation : running,
    sessions: await countSessions(session, database.roles),
    sessionsHint: `pg_stat_activity names them, by role ${database.roles.join(', ')}`,
    ...(head === from ? await reversalOf(session, migrations, from, true) : nothing),
  };
}

const nothing = { irreversible: null, undeclared: [], loss: {} };
