import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { sqlStateOf } from './outage.ts';
import { type Answer, connect, onlyRow, type Sql, sqlOf } from './pool.ts';
import { isConnectionLoss, isStoreUnavailable, storeUnavailable, typed } from './store-unavailable.ts';

/** Deadlock and serialization failure: the server undid everything and asks to try again. */
const retried = new Set<string | null>(['40P01', '40001']);

/** For so long the server is asked what became of a transaction; a caller waits meanwhile. */
const askForOutcomeMs = 8_000;

/**
 * Runs `work` in one transaction, READ COMMITTED. `work` may run again after a deadlock, so it has no effect but its
 * statements. When the connection breaks while COMMIT is on its way, the server is asked what became of the
 * transaction: a result means committed, an error means nothing was written.
 */
export function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return retrying(() => once(pool, work));
}

/** Does what a transaction does, or a statement that is one, again when the server undid it to end a deadlock. */
export async function retrying<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!retried.has(sqlStateOf(error)) || attempt === 5) throw error;
    }
  }
}

async function once<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  const sql = sqlOf(client);
  let broken: Error | undefined;
  // A connection that breaks between two statements of ours would otherwise end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const xid = await begin(client);
    let result: T;
    try {
      result = await work(sql);
    } catch (error) {
      // A connection that does not answer would not answer this either; closing it undoes everything.
      if (!isConnectionLoss(error))
        await sql('rollback').catch((failure: Error) => {
          broken = failure;
        });
      throw error;
    }
    try {
      await sql('commit');
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      if (!isConnectionLoss(error)) throw error;
      if (!(await wasCommitted(pool, xid))) throw storeUnavailable(error);
    }
    return result;
  } catch (error) {
    if (isConnectionLoss(error) && error instanceof Error) broken = error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** One round trip. */
async function begin(client: pg.PoolClient): Promise<string> {
  const text = 'begin; select pg_current_xact_id()::text as xid';
  try {
    // Several statements in one text answer with a list, which the typings do not know.
    const results: unknown = await client.query(text);
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    return onlyRow(last as Answer<{ xid: string }>).xid;
  } catch (error) {
    throw typed(error);
  }
}

/** https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT */
async function wasCommitted(pool: pg.Pool, xid: string): Promise<boolean> {
  const giveUpAt = performance.now() + askForOutcomeMs;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await sqlOf(pool)<{ status: string | null }>(
        'select pg_xact_status($1::xid8) as status',
        [xid],
      );
      const status = answer.rows[0]?.status;
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
    } catch (error) {
      // "in the future": the server crashed before it wrote so much as the transaction's number.
      if (sqlStateOf(error) === '22023') return false;
      if (!isStoreUnavailable(error)) throw error;
    }
    if (performance.now() > giveUpAt)
      throw storeUnavailable(new Error(`the outcome of transaction ${xid} is unknown`));
    await sleep(Math.min(50 * 2 ** attempt, 500));
  }
}
