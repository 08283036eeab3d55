import type pg from 'pg';
import { HeardClient } from './heard-client.ts';
import { outageOf, sqlStateOf } from './outage.ts';
import { outageWords } from './store-unavailable.ts';

/**
 * Whether the database gives new connections. A pool that has some left reads and writes over them while whoever needs one
 * more is refused, so that a beat over the pool alone would call that database ready.
 */
export interface NewConnections {
  /** Makes the connections of a pool, and is told how that went. */
  Client: new () => pg.ClientBase;
  /** In words, why a new connection does not come about or did not lately; null when it does. */
  trouble(): Promise<string | null>;
}

/** Where others use all connections up one becomes free now and then, and the next who asks is refused again. */
const exhaustedForMs = 10_000;
const answerWithinMs = 1_500;

/**
 * Of one database, for all pools to it. After a connection that did not come about, who asks for trouble makes one until it
 * does; of a database that had none left it is trouble for 10 s longer.
 */
export function watchNewConnections(databaseUrl: string): NewConnections {
  let failed: { error: unknown; untilMs: number } | null = null;

  function note(error: unknown): void {
    const exhausted = sqlStateOf(error) === '53300';
    failed = { error, untilMs: performance.now() + (exhausted ? exhaustedForMs : 0) };
  }

  class WatchedClient extends HeardClient {
    override connect(): Promise<pg.Client>;
    override connect(callback: ((err: Error) => void) | ((err: null, client: pg.Client) => void)): void;
    override connect(callback?: (err: never, client: pg.Client) => void): Promise<pg.Client> | undefined {
      const way = super.connect();
      way.catch((error: unknown) => {
        if (outageOf(error)) note(error);
      });
      if (!callback) return way;
      way.then(
        (client) => callback(null as never, client),
        (error) => callback(error as never, this),
      );
      return undefined;
    }
  }

  async function tryOne(): Promise<void> {
    const client = new HeardClient({
      connectionString: databaseUrl,
      connectionTimeoutMillis: answerWithinMs,
      application_name: 'lastgood readiness',
    });
    try {
      await client.connect();
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  return {
    Client: WatchedClient,
    async trouble() {
      if (failed && performance.now() >= failed.untilMs) await tryOne().then(() => (failed = null), note);
      return failed && `it gives no new connection: ${outageWords(failed.error)}`;
    },
  };
}
