import pg from 'pg';
import type { ProgramAnswer, ProgramRequest, RequestProgram } from '../services/request-program.ts';

/** The code of a release: the old one, or the one that renames a column and forgets one of its readers. */
export type OrderCode = 'old' | 'renaming';

export interface OrderProgramOptions {
  code: OrderCode;
  /** Where its database is, as the role of the application; null while nobody has said. */
  url(): string | null;
}

const waitMs = 3_000;

/**
 * Sells things: `POST` places an order and answers with its id, `/items` lists the newest orders, `/items/ID` shows one and
 * `/search` lists those of a customer. Every answer is from the database, over one connection of its own.
 */
export function createOrderProgram({ code, url }: OrderProgramOptions): RequestProgram {
  let pool: { url: string; of: pg.Pool } | null = null;
  let isClosed = false;

  /** A server that comes back at another port is another place. */
  function database(): pg.Pool {
    const now = url();
    if (now === null || isClosed) throw new Error('there is no database yet');
    if (pool?.url !== now) {
      void pool?.of.end();
      const of = new pg.Pool({
        ...{ connectionString: now, max: 1, application_name: 'orders' },
        ...{ connectionTimeoutMillis: waitMs, query_timeout: waitMs },
      });
      // One that breaks while nobody asks is opened again by the next question.
      of.on('error', () => undefined);
      pool = { url: now, of };
    }
    return pool.of;
  }

  return {
    answer: (request) => (code === 'old' ? oldCode : renamingCode)(database(), request),
    isReady: () =>
      Promise.resolve()
        .then(() => database().query('select 1'))
        .then(
          () => true,
          () => false,
        ),
    async close() {
      isClosed = true;
      const last = pool;
      pool = null;
      await last?.of.end();
    },
  };
}

async function oldCode(database: pg.Pool, { method, path }: ProgramRequest): Promise<ProgramAnswer> {
  if (method === 'POST')
    return place(database, "insert into orders (customer, item, state) values ($1, $2, 'new') returning id");
  const found = path.startsWith('/search')
    ? await database.query(
        'select id, customer, item, state from orders where customer = $1 order by id desc limit 5',
        [customer],
      )
    : await newest(database, 'select id, customer, item, state from orders', path);
  const unknown = found.rows.find(({ state }) => state !== 'new');
  if (unknown) throw new Error(`order ${unknown.id} is in state ${unknown.state}, which nobody knows`);
  return listed(found);
}

/** One reader in it was forgotten when the column got its new name. */
async function renamingCode(database: pg.Pool, { method, path }: ProgramRequest): Promise<ProgramAnswer> {
  if (method === 'POST')
    return place(
      database,
      "insert into orders (customer_name, item, state) values ($1, $2, 'placed') returning id",
    );
  if (path.startsWith('/search'))
    return listed(
      await database.query('select id, item from orders where customer = $1 order by id desc limit 5', [
        customer,
      ]),
    );
  return listed(await newest(database, 'select id, customer_name, item, state from orders', path));
}

const customer = 'Ada';

async function place(database: pg.Pool, insert: string): Promise<ProgramAnswer> {
  const { rows } = await database.query<{ id: string }>(insert, [customer, 'a pair of shoes']);
  return { status: 201, body: { id: rows[0]?.id ?? '' } };
}

interface Order {
  id: string;
  state?: string;
}

function newest(database: pg.Pool, select: string, path: string): Promise<pg.QueryResult<Order>> {
  const id = /^\/items\/(\d+)/.exec(path)?.[1];
  return id === undefined
    ? database.query<Order>(`${select} order by id desc limit 10`)
    : database.query<Order>(`${select} where id = $1`, [id]);
}

function listed({ rows }: pg.QueryResult<Order>): ProgramAnswer {
  return { status: 200, body: { orders: rows.map(({ id }) => id).join(' ') } };
}
