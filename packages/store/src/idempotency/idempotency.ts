import { fromJson, toJson } from '../connection/json.ts';
import { databaseNow, instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';

export interface IdempotentRequest {
  /** The caller's Idempotency-Key. */
  key: string;
  /** Who and which operation: keys of different callers and operations never meet. */
  scope: string;
  /** Digest of the request: the same key with another request is a mistake of the caller. */
  fingerprint: string;
  /** The replica that answers it; when it dies, the key can be tried again at once. */
  holder: string;
}

export type IdempotencyStart =
  /** Do it. `operationId` is the same for every retry of the key: use it as the id of what is made. */
  | { kind: 'new'; operationId: string }
  /** It was answered before: the same answer again. */
  | { kind: 'replay'; response: unknown }
  /** It is being answered now: 409. */
  | { kind: 'in-progress' }
  /** The key belongs to another request: 422. */
  | { kind: 'mismatch' };

/**
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * A crash between `begin` and `finish` leaves the key locked until the lock runs out or the replica is known to be
 * dead; the next request with it then gets `new` with the same `operationId`, so what the first attempt may have made
 * is found and not made again.
 */
export interface Idempotency {
  begin(request: IdempotentRequest): Promise<IdempotencyStart>;
  finish(request: Pick<IdempotentRequest, 'key' | 'scope'>, response: unknown): Promise<void>;
  /** The attempt failed and may be tried again at once. */
  abandon(request: Pick<IdempotentRequest, 'key' | 'scope' | 'holder'>): Promise<void>;
  /** Forgets keys made before; returns how many. */
  retain(before: number): Promise<number>;
}

const lockMs = 30_000;

export function createIdempotency(context: StoreContext): Idempotency {
  const { sql } = context;
  return {
    async begin({ key, scope, fingerprint, holder }) {
      const begun = await sql<{ operation_id: string }>(
        `insert into idempotency_keys as k (scope, key, fingerprint, operation_id, holder, locked_until)
         values ($1, $2, $3, gen_random_uuid()::text, $4, clock_timestamp() + $5 * interval '1 ms')
         on conflict (scope, key) do update set holder = excluded.holder, locked_until = excluded.locked_until
         where k.finished_at is null and k.fingerprint = excluded.fingerprint and k.locked_until <= clock_timestamp()
         returning operation_id`,
        [scope, key, fingerprint, holder, lockMs],
      );
      if (begun.rows[0]) return { kind: 'new', operationId: begun.rows[0].operation_id };
      const found = await sql<{ fingerprint: string; finished_at: number | null; response: unknown }>(
        'select fingerprint, finished_at, response from idempotency_keys where scope = $1 and key = $2',
        [scope, key],
      );
      const [row] = found.rows;
      if (!row) return { kind: 'in-progress' }; // forgotten in this very moment: the caller tries again
      if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
      if (row.finished_at === null) return { kind: 'in-progress' };
      return { kind: 'replay', response: fromJson(row.response) };
    },
    async finish({ key, scope }, response) {
      await sql(
        `update idempotency_keys set response = $3, finished_at = clock_timestamp()
         where scope = $1 and key = $2 and finished_at is null`,
        [scope, key, toJson(response)],
      );
    },
    async abandon({ key, scope, holder }) {
      await sql(
        `update idempotency_keys set locked_until = ${databaseNow}
         where scope = $1 and key = $2 and holder = $3 and finished_at is null`,
        [scope, key, holder],
      );
    },
    async retain(before) {
      const deleted = await sql('delete from idempotency_keys where created_at < $1', [instant(before)]);
      return deleted.rowCount;
    },
  };
}
