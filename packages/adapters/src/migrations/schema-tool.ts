import { setTimeout as sleep } from 'node:timers/promises';
import type { Migrations } from '@lastgood/domain/ports/migrations';
import type {
  DatabaseSeen,
  Downgrade,
  MigrationSeen,
  MigrationTarget,
  Reversal,
} from '@lastgood/domain/rollback/contracts/migrate-to';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { countSessions, runningOperation } from '../postgres/activity.ts';
import { createBackground } from '../postgres/background.ts';
import type { Database } from '../postgres/database-settings.ts';
import { applyFixUp, seeFixUp } from '../postgres/fix-ups.ts';
import { withLock } from '../postgres/held-lock.ts';
import { inSession, type Session, sessionName } from '../postgres/session.ts';

/** What moves a schema, one version at a time. */
export interface SchemaTool {
  /** Why its program cannot be run here; null when it can. Asked while nothing is stopped yet. */
  missing?(): Promise<string | null>;
  /** The versions that the database has gone through, newest first: it is at the first. */
  versions(session: Session): Promise<readonly string[]>;
  /** `isNext`: it is the version that the database is at. */
  reversal(session: Session, version: string, isNext: boolean): Promise<Reversal>;
  /** Reverses the version that the step names. Asked under the lock of the database, which is at that version. */
  reverse(step: MigrationTarget, operation: string): Promise<EffectResult>;
}

/** How a database is called that no migration was applied to. */
const beforeAll = 'none';

/** Of a path so long nobody reads the plan. */
const longestPath = 50;

/** A PostgreSQL whose schema a tool moves: a step is one version, sent with the head read again under a lock. */
export function createSchemaMigrations(database: Database, tool: SchemaTool): Migrations {
  const background = createBackground();
  const ask = async <T>(signal: AbortSignal, work: (session: Session) => Promise<T>) => {
    const read = await inSession(database, { signal }, work);
    return read.kind === 'ok' ? ({ kind: 'seen', seen: read.value } as const) : read;
  };
  return {
    async readDatabase({ to, coming }, signal) {
      const missing = (await tool.missing?.()) ?? null;
      if (missing !== null) return { kind: 'not-found', reason: missing };
      return ask(signal, (session) => databaseSeen(tool, session, to, coming));
    },
    readFixUp: (asked, signal) => seeFixUp(database, asked, null, signal),
    readSessions: (_asked, signal) => ask(signal, (session) => countSessions(session, database.roles)),
    migrateTo: {
      observe: (step, { key }, signal) =>
        ask(signal, (session) => migrationSeen(database, tool, { session, step, operation: key })),
      apply: (step, _seen, { key }) =>
        background.start(key, () => reverseUnderLock(database, tool, step, key)),
    },
    runFixUp: {
      observe: (step, { key }, signal) => seeFixUp(database, step, key, signal),
      apply: (step, _seen, { key }) => background.start(key, () => applyFixUp(database, step, key)),
    },
  };
}

/**
 * The lock is held until the tool has ended. Called off it is not: whoever waits may go, and finds it at work by the name of
 * its sessions.
 */
function reverseUnderLock(
  database: Database,
  tool: SchemaTool,
  step: MigrationTarget,
  operation: string,
): Promise<EffectResult> {
  return withLock(database, { operation }, async (session) => {
    // One that was begun before its starter died goes on without the lock.
    const running = await stillRunning(session);
    if (running !== null) return again(`${running} is at work on ${database.name}`);
    const head = headOf(await tool.versions(session));
    if (head !== step.from) return again(`${database.name} is at ${head} now`);
    const open = await countSessions(session, database.roles);
    if (open > 0) return again(`a session of the application is open on ${database.name}`);
    const result = await tool.reverse(step, operation);
    if (result.kind !== 'applied' || headOf(await tool.versions(session)) !== step.from) return result;
    return {
      kind: 'refused',
      reason: `${result.note}, and ${database.name} is still at ${step.from}`,
      advice: 'Find out what it did instead, and reverse the version by hand or mend it; then resume.',
    };
  });
}

/** How long those are waited for who came for the lock in vain, or have just given it back; in milliseconds. */
const passingByMs = 1_000;

async function stillRunning(session: Session): Promise<string | null> {
  const until = Date.now() + passingByMs;
  for (;;) {
    const running = await runningOperation(session);
    if (running === null || Date.now() > until) return running;
    await sleep(50);
  }
}

/** Only a new look tells what became of it. */
export function again(reason: string): EffectResult {
  return { kind: 'retry', reason, afterMs: 500 };
}

async function databaseSeen(
  tool: SchemaTool,
  session: Session,
  to: string,
  coming?: string,
): Promise<DatabaseSeen> {
  const running = await runningOperation(session);
  const versions = await tool.versions(session);
  const steps = pathTo(versions, to);
  const named = coming === undefined ? {} : { coming: await tool.reversal(session, coming, false) };
  const frame = { head: headOf(versions), dirty: false, running, ...named };
  if (steps === null || steps.length > longestPath) return { ...frame, path: null };
  const path: Downgrade[] = [];
  for (const step of steps)
    path.push({ ...step, ...(await tool.reversal(session, step.from, path.length === 0)) });
  return { ...frame, path };
}

async function migrationSeen(
  database: Database,
  tool: SchemaTool,
  { session, step, operation }: { session: Session; step: MigrationTarget; operation: string },
): Promise<MigrationSeen> {
  const running = await runningOperation(session);
  const head = headOf(await tool.versions(session));
  const isOwn = running !== null && sessionName(running) === sessionName(operation);
  return {
    head,
    dirty: false,
    running: isOwn ? operation : running,
    sessions: await countSessions(session, database.roles),
    sessionsHint: `pg_stat_activity names them, by role ${database.roles.join(', ')}`,
    ...(head === step.from ? await tool.reversal(session, head, true) : nothing),
  };
}

const nothing: Reversal = { irreversible: null, undeclared: [], loss: {} };

function headOf(versions: readonly string[]): string {
  return versions[0] ?? beforeAll;
}

/** The versions to reverse one after the other; null where the target is none of those it has gone through. */
function pathTo(versions: readonly string[], to: string): { from: string; to: string }[] | null {
  const end = to === beforeAll ? versions.length : versions.indexOf(to);
  if (end < 0) return null;
  return versions.slice(0, end).map((from, index) => ({ from, to: versions[index + 1] ?? beforeAll }));
}
