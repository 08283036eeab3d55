import { createHash } from 'node:crypto';
import { latestInstant, soundInstant } from '@lastgood/domain';
import pg from 'pg';
import { HeardClient } from './heard-client.ts';
import { storable } from './json.ts';
import { storeUnavailable, typed } from './store-unavailable.ts';

/** What a statement answered. Columns by their SQL name, values as `rowTypes` parses them. */
export interface Answer<Row> {
  rows: Row[];
  /** How many rows it returned or changed. */
  rowCount: number;
}

/**
 * Runs one statement. `Row` says what its rows hold, and without it they cannot be read. As they come: instants (timestamptz)
 * are epoch milliseconds, bigints and counts numbers, json is parsed and its instants are ISO text, numeric is text.
 * Parameters: instants go in as `Date`, see `instant`. A *prepared* statement is parsed and planned once on each
 * connection: for texts of which there are few, and which come often.
 */
export type Sql = <Row = unknown>(
  text: string,
  parameters?: readonly unknown[],
  prepared?: 'prepared',
) => Promise<Answer<Row>>;

/** The row of a statement that always answers with one. */
export function onlyRow<Row>({ rows }: Answer<Row>): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a statement that always answers with a row answered with none');
  return row;
}

const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.TIMESTAMPTZ]: (text) => readInstant(Date.parse(text)),
};

/** Parsers of our own statements; Prisma brings its own for its queries. */
export const rowTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    format === 'binary'
      ? pg.types.getTypeParser(oid, 'binary')
      : (parsers[oid] ?? pg.types.getTypeParser(oid)),
};

/**
 * What ends a statement that hangs or waits for a lock, and a transaction whose replica froze while it held locks. Whoever
 * waits for an answer is told within seconds; a statement that needs longer sets its own limit.
 */
const limits =
  "set statement_timeout = '5s'; set lock_timeout = '3s'; set idle_in_transaction_session_timeout = '10s'";
/** Behind the server's own limit: what is not answered by then comes from a server that hangs. */
const answerWithinMs = 6_000;

/**
 * A pool that connects again by itself; a broken idle connection is dropped and harms nobody. `look` is shown each new
 * connection before its first use; what it throws, whoever wanted the connection is told. `Client` makes them.
 */
export function createPool(
  databaseUrl: string,
  size: number,
  look?: (client: pg.ClientBase) => Promise<void>,
  Client: new () => pg.ClientBase = HeardClient,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    Client,
    max: size,
    types: rowTypes,
    keepAlive: true,
    connectionTimeoutMillis: 4_000,
    query_timeout: answerWithinMs,
    application_name: 'lastgood',
    async onConnect(client) {
      await client.query(limits);
      await look?.(client);
    },
  });
  // Without a listener the loss of an idle connection would end the process. Whoever queries next is told.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * The database's clock as columns of millisecond precision keep it. Written unrounded, an instant may be stored half a
 * millisecond in the future, and what is due now is not found until the next sweep.
 */
export const databaseNow = "date_trunc('milliseconds', clock_timestamp())";

export function sqlOf(client: pg.Pool | pg.ClientBase): Sql {
  return async <Row>(text: string, parameters: readonly unknown[] = [], prepared?: 'prepared') => {
    try {
      const values = parameters.map(cleaned);
      const query = prepared ? { name: nameOf(text), text, values } : { text, values };
      const { rows, rowCount } = await client.query<Row & pg.QueryResultRow>(query);
      return { rows, rowCount: rowCount ?? 0 };
    } catch (error) {
      throw typed(error);
    }
  };
}

const names = new Map<string, string>();

/** A prepared statement is known to its connection by a name; the same text has the same one everywhere. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    names.set(text, name);
  }
  return name;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  return Array.isArray(value) ? value.map(cleaned) : value;
}

export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw storeUnavailable(error);
  }
}

/**
 * What JavaScript reads of a stored instant. PostgreSQL keeps some that it cannot read, of years with five digits: a column may
 * have one from before durations had a range.
 */
export function readInstant(at: number): number {
  return Number.isNaN(at) ? latestInstant : at;
}

/** Epoch milliseconds as a parameter. Always one that can be written: a number out of range must not stop what else is written. */
export function instant(at: number): Date;
export function instant(at: number | null | undefined): Date | null;
export function instant(at: number | null | undefined): Date | null {
  return at === null || at === undefined ? null : new Date(soundInstant(at));
}

/** The numbered parameters of one statement, collected while its text is written. */
export function parameters() {
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  return { values, add };
}
