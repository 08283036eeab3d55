import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { onlyRow, sqlOf } from '../connection/pool.ts';
import type { Topic } from '../connection/store-context.ts';
import { checkIncarnation, type IncarnationState } from './incarnation.ts';
import { takePresence } from './presence.ts';
import { channel } from './send-topics.ts';

export interface SessionHandlers {
  /** Rows of these topics were written by somebody. After every (re)connect: all topics, something may have been missed. */
  onTopics(topics: readonly Topic[]): void;
  /** The connection came or went. Runs in hand need nothing: their leases decide. */
  onConnection?(state: { up: true; incarnation: IncarnationState } | { up: false; reason: string }): void;
  /** What an operator should fix, such as a pooler that breaks session locks. */
  onWarning?(text: string): void;
}

export interface Session {
  /** Ends it and gives the presence lock back: peers take over at once. */
  stop(): Promise<void>;
}

interface SessionOptions extends SessionHandlers {
  databaseUrl: string;
  pool: pg.Pool;
  replica: string;
}

/** A server that hangs is tried again, not waited for. */
const bounds = { keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 10_000 };

const all: readonly Topic[] = ['runs', 'outbox', 'events'];

/**
 * One connection of its own that carries what lives and dies with a connection: LISTEN and the presence lock. It is made
 * again when it breaks, with the incarnation looked at each time, because what answers may be a restored copy.
 */
export function startSession(options: SessionOptions): Session {
  const stopped = new AbortController();
  let current: pg.Client | undefined;
  const done = keep();
  return {
    async stop() {
      stopped.abort();
      await current?.end().catch(() => undefined); // it may be broken already; gone is gone
      await done;
    },
  };

  async function keep(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      const client = new pg.Client({ connectionString: options.databaseUrl, ...bounds });
      current = client;
      const broken = new Promise<string>((resolve) => {
        client.on('error', (error) => resolve(error.message));
        client.on('end', () => resolve('the connection ended'));
      });
      let reason: string;
      try {
        await open(client, options);
        failures = 0;
        reason = await broken;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        failures += 1;
      }
      await client.end().catch(() => undefined); // broken or ended: both are fine here
      if (stopped.signal.aborted) return;
      options.onConnection?.({ up: false, reason });
      await sleep(Math.min(100 * 2 ** failures, 2_000), undefined, { signal: stopped.signal }).catch(
        () => undefined, // stopped while it slept
      );
    }
  }
}

async function open(client: pg.Client, options: SessionOptions): Promise<void> {
  await client.connect();
  const incarnation = await checkIncarnation(options.pool);
  if (await isPooled(client, options.databaseUrl)) options.onWarning?.(poolerWarning);
  client.on('notification', ({ payload }) => {
    options.onTopics(all.filter((topic) => payload?.split(',').includes(topic)));
  });
  await client.query(`listen ${channel}`);
  await takePresence(client, options.replica);
  options.onConnection?.({ up: true, incarnation });
  options.onTopics(all);
}

const poolerWarning =
  'DATABASE_URL leads through a connection pooler in transaction mode, which breaks LISTEN, session locks and maybe prepared ' +
  'statements: takeovers wait for leases, live updates for sweeps, and runs may not be carried at all. ' +
  'Connect to PostgreSQL itself, or pool by session.';

/** Two connections that are open at once have two backends, unless a pooler lends them the same one in turn. */
export async function isPooled(client: pg.Client, databaseUrl: string): Promise<boolean> {
  const other = new pg.Client({ connectionString: databaseUrl, ...bounds });
  other.on('error', () => undefined); // also rejects the query in hand
  await other.connect();
  try {
    const backend = async (one: pg.Client) =>
      onlyRow(await sqlOf(one)<{ pid: number }>('select pg_backend_pid() as pid')).pid;
    return (await backend(client)) === (await backend(other));
  } finally {
    await other.end();
  }
}
