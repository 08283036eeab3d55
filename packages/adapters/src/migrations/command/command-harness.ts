import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationsWorld } from '@lastgood/testkit/contracts/migrations';
import type { TestPostgres } from '@lastgood/testkit/postgres/use-postgres';
import { openTestDatabase, type TestDatabase, untilNobodyWorks } from '../../postgres/database-harness.ts';
import type { CommandSettings } from './settings.ts';
import { command as vendor } from './vendor.ts';

/**
 * A small tool of somebody's own, as a program: it goes down one version in a transaction and tells what it was given. As many
 * such tools, it takes no target.
 */
const program = `
const pg = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))});
const [, , what] = process.argv;
(async () => {
  if (what === 'fail') throw new Error('no, ' + process.env.DATABASE_URL + ' ' + process.env.TOKEN);
  if (what === 'tell') return console.log(JSON.stringify(process.argv.slice(2)), JSON.stringify(process.env));
  const url = new URL(process.env.DATABASE_URL);
  if (what === 'slow') url.searchParams.delete('application_name');
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await client.query('begin');
  if (what === 'slow') await client.query('select pg_sleep(4)');
  const { rows } = await client.query('select max(version) as head from history');
  await client.query('insert into reversals values ($1)', [rows[0].head]);
  await client.query('delete from history where version = $1', [rows[0].head]);
  await client.query('commit');
  await client.end();
})().catch((error) => { console.error(error.message); process.exit(3); });
`;

export interface CommandWorld extends MigrationsWorld {
  at: TestDatabase;
  /** What every vendor needs of them that reads the head by a query. */
  settings: Pick<CommandSettings, 'url' | 'applicationRoles' | 'fixUps' | 'head' | 'versions'>;
  with(over: Partial<CommandSettings>): MigrationsWorld['migrations'];
}

export async function openCommandWorld(postgres: TestPostgres): Promise<CommandWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-command-'));
  await writeFile(join(folder, 'down.cjs'), program);
  const declare = (sql: string) => writeFile(join(folder, 'count.sql'), sql);
  await declare("insert into reversals values ('fix-up')");
  const at = await openTestDatabase(postgres);
  await at.sql(`create table history (version text); create table reversals (version text);
    insert into history values ('001'), ('002'), ('003');
    create table coupons (code text); insert into coupons values ('a'), ('b')`);
  const count = async (where: string) =>
    Number((await at.sql<{ n: string }>(`select count(*) as n from reversals where version ${where}`))[0]?.n);
  const settings: CommandWorld['settings'] = {
    ...{ url: at.gated, applicationRoles: [at.role], fixUps: folder },
    head: 'select max(version) from history having count(*) > 0',
    versions: [
      { version: '001', loss: {} },
      { version: '002', loss: {} },
      { version: '003', loss: { coupons: 'select count(*) from coupons' } },
    ],
  };
  const own = { folder, down: [process.execPath, 'down.cjs', 'go'], environment: { TOKEN: 'hunter2' } };
  const open = (over: Partial<CommandSettings>) =>
    vendor.create({ name: 'shop', settings: { ...settings, ...own, ...over } });
  return {
    ...{ at, settings, with: open, migrations: open({}), database: 'shop', coupons: 2, fixUp: 'count' },
    versions: ['003', '002', '001'],
    reversals: () => count("<> 'fix-up'"),
    settle: () => untilNobodyWorks(at),
    async reverseByHand() {
      await at.sql(`with gone as (delete from history where version = (select max(version) from history) returning version)
        insert into reversals select version from gone`);
    },
    async openSession() {
      await at.connect();
    },
    fixUpRuns: () => count("= 'fix-up'"),
    declareAnew: () => declare("insert into reversals values ('fix-up'); select 1"),
    cutOff: async () => at.gate.set('closed'),
    async close() {
      await at.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
