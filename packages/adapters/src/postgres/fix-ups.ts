import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixUpSeen, FixUpTarget } from '@lastgood/domain/rollback/contracts/run-fix-up';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { countSessions, runningOperation } from './activity.ts';
import type { Database } from './database-settings.ts';
import { withLock } from './held-lock.ts';
import { faultInWords, inSession, type Session, sessionName, stateOf } from './session.ts';
import { endsTransaction } from './sql-text.ts';

const mostBytes = 1_000_000;

/** A fix-up as its file has it; else why there is none that can be run. */
type FixUp = { sql: string; digest: string } | { reason: string };

async function readFixUp({ name: database, fixUps }: Database, name: string): Promise<FixUp> {
  if (fixUps === null) return { reason: `database ${database} has no folder of fix-ups configured` };
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) return { reason: `${name} is no name of a fix-up` };
  const path = join(fixUps, `${name}.sql`);
  try {
    if ((await stat(path)).size > mostBytes) return { reason: `fix-up ${name} has a file of more than 1 MB` };
    const sql = await readFile(path, 'utf8');
    if (endsTransaction(sql)) return { reason: `fix-up ${name} begins or ends transactions itself` };
    return { sql, digest: `sha256:${createHash('sha256').update(sql).digest('hex')}` };
  } catch {
    return { reason: `database ${database} has no fix-up ${name} that could be read` };
  }
}

/** Its run for the occasion, by the row that was written in its own transaction; or whoever works on the database now. */
export async function seeFixUp(
  database: Database,
  { name, occasion }: Pick<FixUpTarget, 'name' | 'occasion'>,
  operation: string | null,
  signal: AbortSignal,
): Promise<Observed<FixUpSeen>> {
  const fixUp = await readFixUp(database, name);
  if ('reason' in fixUp) return { kind: 'not-found', reason: fixUp.reason };
  const { digest } = fixUp;
  const read = await inSession(database, { signal }, async (session): Promise<FixUpSeen> => {
    const running = await runningOperation(session);
    const last = await lastRun(session, name, occasion);
    if (running === null) return { digest, last };
    const isOwn = operation !== null && sessionName(operation) === sessionName(running);
    return {
      digest,
      last: { operation: isOwn ? operation : running, digest, state: 'running', reason: null },
    };
  });
  return read.kind === 'ok' ? { kind: 'seen', seen: read.value } : read;
}

async function lastRun(session: Session, name: string, occasion: string): Promise<FixUpSeen['last']> {
  try {
    const { rows } = await session.query<{ operation: string; digest: string }>(
      'select operation, digest from lastgood_fix_ups where name = $1 and occasion = $2',
      [name, occasion],
    );
    const [row] = rows;
    return row ? { ...row, state: 'complete', reason: null } : null;
  } catch (error) {
    // undefined_table: no fix-up has ever run here.
    if (stateOf(error) === '42P01') return null;
    throw error;
  }
}

/** Runs it in one transaction with the row that says so: both stand, or neither. One that fails has changed nothing. */
export async function applyFixUp(
  database: Database,
  step: FixUpTarget,
  operation: string,
): Promise<EffectResult> {
  const fixUp = await readFixUp(database, step.name);
  if ('reason' in fixUp) return { kind: 'refused', reason: fixUp.reason };
  if (fixUp.digest !== step.digest)
    return { kind: 'retry', reason: `${step.name} was declared anew`, afterMs: 500 };
  return withLock(database, { operation, answerMs: database.longestMs }, async (session) => {
    if ((await countSessions(session, database.roles)) > 0)
      return { kind: 'retry', reason: 'sessions of the application are open', afterMs: 1_000 };
    return inTransaction(database, session, { ...step, sql: fixUp.sql, operation });
  });
}

async function inTransaction(
  database: Database,
  session: Session,
  { name, occasion, digest, sql, operation }: FixUpTarget & { sql: string; operation: string },
): Promise<EffectResult> {
  try {
    await session.query('begin');
    await session.query(`create table if not exists lastgood_fix_ups (name text, occasion text, operation text not null,
      digest text not null, at timestamptz not null default now(), primary key (name, occasion))`);
    const { rowCount } = await session.query(
      `insert into lastgood_fix_ups (name, occasion, operation, digest) values ($1, $2, $3, $4)
       on conflict (name, occasion) do update set operation = excluded.operation, digest = excluded.digest, at = now()
       where lastgood_fix_ups.digest <> excluded.digest`,
      [name, occasion, operation, digest],
    );
    if (rowCount === 0) {
      await session.query('rollback');
      return { kind: 'already', note: `${name} has run` };
    }
    await session.query(sql);
    await session.query('commit');
    return { kind: 'applied', note: `${name} has run` };
  } catch (error) {
    if (stateOf(error) === null) throw error;
    await session.query('rollback');
    return {
      kind: 'refused',
      reason: `fix-up ${name} failed: ${faultInWords(database, error)}`,
      advice: 'Nothing of it has stayed. Correct the data or the fix-up, then resume.',
    };
  }
}
