import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '@lastgood/domain';
import pg from 'pg';
import type { NewConnections } from '../connection/new-connections.ts';
import { connect } from '../connection/pool.ts';
import { isStoreUnavailable, outageWords } from '../connection/store-unavailable.ts';
import { whoLocks } from './who-locks.ts';

/** An answer serves all who ask within this time: however often readiness is asked, one row is written a second. */
const freshMs = 1_000;
/** Whoever asks is answered by then; a beat that hangs goes on and is not begun twice. */
const answerWithinMs = 2_500;

/** What acting writes to: of a click, a judged slot, a run's step, a message. Each is locked as a write would lock it. */
const written = [
  ...[
    'services',
    'deployments',
    'deployment_changes',
    'trigger_states',
    'chunks',
    'slots',
    'fleet',
    'decisions',
  ],
  ...['runs', 'run_members', 'run_steps', 'check_states', 'holds', 'events', 'outbox', 'idempotency_keys'],
];

/**
 * Sees that the database takes what acting will write: it locks the tables as a write does and writes a row of its own, in one
 * transaction bounded to two seconds, over the connections that acts use, and that new connections come about. The function answers from memory for a second
 * and has one beat under way at most.
 */
export function createHeartbeat(
  pool: pg.Pool,
  replica: string,
  newConnections: NewConnections,
): () => Promise<Health> {
  const text = beatText(replica);
  let last: { at: number; health: Health } | undefined;
  let under: { since: number; way: Promise<Health> } | undefined;

  async function beat(): Promise<Health> {
    const wrote = await write(pool, text);
    const reason = wrote.up ? await newConnections.trouble() : null;
    const health: Health = reason === null ? wrote : { up: false, reason };
    last = { at: performance.now(), health };
    under = undefined;
    return health;
  }

  return async () => {
    if (last && !under && performance.now() - last.at < freshMs) return last.health;
    under ??= { since: performance.now(), way: beat() };
    return byThen(under.way, under.since + answerWithinMs);
  };
}

/** Several statements in one text are one transaction; the last delete forgets replicas that are gone. */
function beatText(replica: string): string {
  return `set local lock_timeout = '1s'; set local statement_timeout = '2s';
    lock table ${written.join(', ')} in row exclusive mode;
    insert into heartbeats (replica, at) values (${pg.escapeLiteral(replica)}, clock_timestamp())
      on conflict (replica) do update set at = excluded.at;
    delete from heartbeats where at < clock_timestamp() - interval '1 day'`;
}

async function write(pool: pg.Pool, text: string): Promise<Health> {
  let client: pg.PoolClient | undefined;
  try {
    client = await connect(pool);
    await client.query(text);
    client.release();
    return { up: true };
  } catch (error) {
    const holders = client ? await whoLocks(client, error, written) : null;
    // A connection that failed a beat is not lent to others.
    client?.release(true);
    // A connection that did not come about is typed already: what the driver said is its cause.
    const said = isStoreUnavailable(error) ? error.cause : error;
    return { up: false, reason: holders ?? outageWords(said) };
  }
}

async function byThen(way: Promise<Health>, at: number): Promise<Health> {
  const done = new AbortController();
  const late = sleep(Math.max(0, at - performance.now()), undefined, { signal: done.signal }).then(
    (): Health => ({ up: false, reason: `it did not take a row within ${answerWithinMs / 1_000} s` }),
  );
  late.catch(() => undefined); // the beat was sooner
  try {
    return await Promise.race([way, late]);
  } finally {
    done.abort();
  }
}
