import { randomBytes } from 'node:crypto';
import type { TestPostgres } from '@lastgood/testkit/postgres/use-postgres';
import { type Gate, openGate } from '@lastgood/testkit/servers/gate';
import pg from 'pg';

/** A database of its own, people who have to do with it, and a way there that can be cut. For tests. */
export interface TestDatabase {
  /** Straight to it, as whoever migrates. */
  url: string;
  /** The same through the gate. */
  gated: string;
  gate: Gate;
  /** Role of the application. */
  role: string;
  sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  /** The application connects. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export async function openTestDatabase(postgres: TestPostgres): Promise<TestDatabase> {
  const url = new URL(await postgres.createEmptyDatabase());
  url.searchParams.set('sslmode', 'disable');
  const role = `app_${randomBytes(6).toString('hex')}`;
  const password = 'app-secret';
  const gate = await openGate({ host: url.hostname, port: Number(url.port) });
  const gated = new URL(url);
  gated.host = `127.0.0.1:${gate.port}`;
  const clients: pg.Client[] = [];
  const connect = async (as: URL) => {
    const client = new pg.Client({ connectionString: as.toString() });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  const admin = await connect(url);
  await admin.query(`create role ${role} login password '${password}'`);
  await admin.query(`grant all on schema public to ${role}`);
  await admin.query(`alter default privileges in schema public grant all on tables to ${role}`);
  await admin.query(`alter default privileges in schema public grant all on sequences to ${role}`);
  return {
    ...{ url: url.toString(), gated: gated.toString(), gate, role },
    sql: async <Row extends pg.QueryResultRow>(text: string) => (await admin.query<Row>(text)).rows,
    connect: () => connect(Object.assign(new URL(url), { username: role, password })),
    async close() {
      await gate.close();
      await admin.query(`drop owned by ${role} cascade; drop role ${role}`).catch(() => {});
      await Promise.all(clients.map((client) => client.end().catch(() => {})));
    },
  };
}

/** What was set going has come to its end. */
export async function untilNobodyWorks({ sql }: TestDatabase): Promise<void> {
  for (;;) {
    const working = await sql("select 1 from pg_stat_activity where application_name like 'lastgood %'");
    if (working.length === 0) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
