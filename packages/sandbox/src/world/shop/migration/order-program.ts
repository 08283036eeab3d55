import pg from 'pg';
import type { Program, ProgramAnswer, ProgramRequest } from '../../../services/index.ts';

/** The code of a release: the old one, or the one that renames a column and forgets one of its readers. */
export type OrderCode = 'old' | 'renaming';

export interface OrderProgramOptions {
  code: OrderCode;
  /** Where its database is, as the role of the application; null while nobody has said. */
  url(): Promise<string | null>;
}

const waitMs = 3_000;
const lookEveryMs = 1_000;

/**
 * Sells things: `POST` places an order and answers with its id, `/items/ID` shows one, and everything else lists the newest.
 * Every answer is from the database, over one connection of its own.
 */
export function createOrderProgram({
  code,
  url,
}: OrderProgramOptions): Required<Pick<Program, 'answer' | 'isReady' | 'close'>> {
  let pool: { url: string; of: pg.Pool } | null = null;
  let known: { url: string | null; at: number } | null = null;
  let isClosed = false;

  /** A server that comes back at another port is another place. */
  async function database(): Promise<pg.Pool> {
    const at = performance.now();
    if (!known?.url || at - known.at > lookEveryMs) known = { url: await url(), at };
    const now = known.url;
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
    answer: async (request) => (code === 'old' ? oldCode : renamingCode)(await database(), request),
    isReady: () =>
      database()
        .then((of) => of.query('select 1'))
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
  const found = await newest(database, 'select id, customer, item, state from orders', path);
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
  const columns = path === '/items' ? 'id, customer, item, state' : 'id, customer_name, item, state';
  return listed(await newest(database, `select ${columns} from orders`, path));
}

const customer = 'Ada';

const forgetEvery = 500;
/** Besides all of the last hour, over which a rollback may be looked at. */
const keptOrders = 5_000;
const forget =
  "delete from orders where id <= (select max(id) from orders) - $1 and placed_at < now() - interval '1 hour'";

async function place(database: pg.Pool, insert: string): Promise<ProgramAnswer> {
  const { rows } = await database.query<{ id: string }>(insert, [customer, 'a pair of shoes']);
  if (Number(rows[0]?.id) % forgetEvery === 0) await database.query(forget, [keptOrders]);
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
