import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect } from 'vitest';

/*
 * What the heavy scenarios of the sandbox's shop stand on, read where it is: rows by SQL, a file by git, outputs in a state.
 */

/** Rows of the shop's own database, as the superuser of the embedded server sees them. */
async function orderRows<Row extends pg.QueryResultRow>(dataDir: string, sql: string): Promise<Row[]> {
  const [password, port] = await Promise.all(
    ['password', 'port'].map((name) => readFile(join(dataDir, 'postgres', name), 'utf8')),
  );
  const connectionString = `postgresql://lastgood:${password?.trim()}@127.0.0.1:${port}/shop_orders`;
  const session = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  session.on('error', () => undefined);
  await session.connect();
  try {
    return (await session.query<Row>(sql)).rows;
  } finally {
    await session.end();
  }
}

/** At which version its schema is, and how the table is made. */
export async function orderSchema(dataDir: string) {
  return {
    versions: await orderRows(dataDir, 'select version from schema_migrations order by 1'),
    columns: await orderRows(
      dataDir,
      "select column_name from information_schema.columns where table_name = 'orders' order by 1",
    ),
  };
}

const everyMs = 150;

/**
 * Places orders through the load balancer from now on, whatever becomes of the release. What it answers ends that, and holds
 * every order that was confirmed against the table.
 */
export function placeOrders(dataDir: string, controlUrl: string, atLeast = 20): () => Promise<void> {
  const confirmed: string[] = [];
  let isOver = false;
  const placing = (async () => {
    while (!isOver) {
      const answer = await fetch(`${controlUrl}/services/orders/items`, { method: 'POST' }).catch(() => null);
      const said = (await answer?.json().catch(() => null)) as { id?: string } | null;
      if (answer?.status === 201 && said?.id) confirmed.push(said.id);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    isOver = true;
    await placing;
    const rows = await orderRows<{ id: string; state: string }>(dataDir, 'select id, state from orders');
    const stored = new Map(rows.map(({ id, state }) => [id, state]));
    expect(confirmed.length).toBeGreaterThanOrEqual(atLeast);
    expect(confirmed.filter((id) => stored.get(id) !== 'new')).toEqual([]);
    process.stdout.write(`migration: ${confirmed.length} orders were confirmed, and all are there\n`);
  };
}

/** The newest commit of the branch, and a file as it has it. */
export async function newestInGit(dir: string, path: string): Promise<{ commit: string; text: string }> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: dir })).stdout.trim();
  const commit = await git('rev-parse', 'main');
  return { commit, text: await git('show', `${commit}:${path}`) };
}

/** What a stack says of itself. */
export async function stackOutputs(file: string): Promise<unknown> {
  return (JSON.parse(await readFile(file, 'utf8')) as { outputs: unknown }).outputs;
}
