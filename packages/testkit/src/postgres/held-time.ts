import pg from 'pg';

/** Time that stands still until a test lets it pass. */
export interface HeldTime {
  /** Epoch milliseconds. */
  now(): number;
  /** Ends when so much has passed, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** How many sleep for exactly this long. */
  sleeping(ms: number): number;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Holds the time of a database and of everybody who goes by the clock that it returns: `clock_timestamp()` answers the same instant until it
 * is let pass. For connections that are opened from now on; defaults of columns still have the machine's.
 * https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-SEARCH-PATH
 */
export async function holdTime(databaseUrl: string, startAt = Date.now()): Promise<HeldTime> {
  let at = startAt;
  const sleepers = new Set<{ ms: number; until: number; wake(): void }>();
  const name = new URL(databaseUrl).pathname.slice(1);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const statements = [
    'create table held_time (at timestamptz not null)',
    `insert into held_time values (to_timestamp(${at} / 1000.0))`,
    `create function clock_timestamp() returns timestamptz language sql volatile as 'select at from public.held_time'`,
    // Where it is not named it is looked into first: https://www.postgresql.org/docs/18/ddl-schemas.html#DDL-SCHEMAS-CATALOG
    `alter database ${pg.escapeIdentifier(name)} set search_path = public, pg_catalog`,
  ];
  for (const statement of statements) await client.query(statement);
  return {
    now: () => at,
    sleeping: (ms) => [...sleepers].filter((one) => one.ms === ms).length,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = {
          ...{ ms, until: at + ms },
          wake() {
            sleepers.delete(sleeper);
            signal.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        signal.addEventListener('abort', sleeper.wake);
        sleepers.add(sleeper);
      }),
    async pass(ms) {
      await client.query(`update held_time set at = to_timestamp(${at + ms} / 1000.0)`);
      at += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= at) sleeper.wake();
    },
    close: () => client.end(),
  };
}
