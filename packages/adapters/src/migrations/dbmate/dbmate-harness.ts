import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MigrationsWorld } from '@lastgood/testkit/contracts/migrations';
import type { TestPostgres } from '@lastgood/testkit/postgres/use-postgres';
import { openTestDatabase, type TestDatabase, untilNobodyWorks } from '../../postgres/database-harness.ts';
import { dbmateMissing, dbmateProgram } from './program.ts';
import { dbmate as vendor } from './vendor.ts';

const run = promisify(execFile);

/** Why the real program cannot be run here; null when it can. npm leaves it out without optional packages. */
export const missing = dbmateProgram() === null ? dbmateMissing : null;
export const orWhyNot = missing === null ? '' : ` (skipped: ${missing})`;
if (missing !== null) process.stderr.write(`skipped: tests of dbmate; ${missing}\n`);

/** A database that the real dbmate has migrated, and everybody who has to do with it. For tests. */
export interface DbmateWorld extends MigrationsWorld {
  at: TestDatabase;
  folder: string;
  /** What dbmate does by itself. */
  dbmate(...args: string[]): Promise<void>;
  write(file: string, text: string): Promise<void>;
  writeFixUp(name: string, sql: string): Promise<void>;
  /** One more of Lastgood, as after a restart: nothing is known of what the first has set going. */
  another(timeoutMs?: number): MigrationsWorld['migrations'];
}

const counting = (version: string) => `insert into reversals values ('${version}');`;

/** The newest takes coupons away, with a query that counts them. */
const threeMigrations: Record<string, string> = {
  '20260101_orders.sql': `-- migrate:up
create table orders (id bigserial primary key); create table reversals (version text);
-- migrate:down
${counting('20260101')} drop table orders;`,
  '20260102_totals.sql': `-- migrate:up
alter table orders add column total int;
-- migrate:down
${counting('20260102')} alter table orders drop column total;`,
  '20260103_coupons.sql': `-- migrate:up
create table coupons (code text);
insert into coupons values ('a'), ('b'), ('c');
-- migrate:down
-- lastgood:loss coupons: select count(*) from coupons
${counting('20260103')} drop table coupons;`,
};

export async function openDbmateWorld(
  postgres: TestPostgres,
  files: Record<string, string> = threeMigrations,
): Promise<DbmateWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-dbmate-world-'));
  const fixUps = await mkdtemp(join(tmpdir(), 'lastgood-fix-ups-'));
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const writeFixUp = (name: string, sql: string) => writeFile(join(fixUps, `${name}.sql`), sql);
  const declare = (sql: string) => writeFixUp('count', sql);
  await declare("insert into reversals values ('fix-up')");
  const at = await openTestDatabase(postgres);
  const dbmate = async (...args: string[]) => {
    const options = ['--migrations-dir', folder, '--no-dump-schema'];
    await run(dbmateProgram() ?? '', [...options, ...args], { env: { DATABASE_URL: at.url } });
  };
  await dbmate('migrate');
  const count = async (where: string) =>
    Number((await at.sql<{ n: string }>(`select count(*) as n from reversals where version ${where}`))[0]?.n);
  const settings = { url: at.gated, applicationRoles: [at.role], migrations: folder, fixUps };
  const another = (timeoutMs = 5_000) =>
    vendor.create({ name: 'shop', settings: { ...settings, timeoutMs } });
  return {
    ...{
      at,
      folder,
      dbmate,
      write,
      writeFixUp,
      another,
      migrations: another(),
      database: 'shop',
      coupons: 3,
    },
    versions: ['20260103', '20260102', '20260101'],
    reversals: () => count("<> 'fix-up'"),
    settle: () => untilNobodyWorks(at),
    reverseByHand: () => dbmate('rollback'),
    async openSession() {
      await at.connect();
    },
    fixUp: 'count',
    fixUpRuns: () => count("= 'fix-up'"),
    declareAnew: () => declare("insert into reversals values ('fix-up'); select 1"),
    cutOff: async () => at.gate.set('closed'),
    async close() {
      await at.close();
      await rm(folder, { recursive: true, force: true });
      await rm(fixUps, { recursive: true, force: true });
    },
  };
}
