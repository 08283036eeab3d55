import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStateServer } from '@lastgood/adapters/infrastructure/terraform/state-server-harness';
import { dbmateMissing, dbmateProgram } from '@lastgood/adapters/migrations/dbmate/program';
import { startEmbeddedPostgres } from '@lastgood/store/embedded/embedded-postgres';
import pg from 'pg';

const run = promisify(execFile);
const isMissing = (program: string) => spawnSync(program, ['--version']).status !== 0;

/** Why the real programs cannot be run here; null where they can. */
export const dbmateIsMissing = dbmateProgram() === null ? dbmateMissing : null;
export const terraformIsMissing = ['terraform', 'git'].find(isMissing)?.concat(' is not installed') ?? null;

/** Somebody else's database, migrated by the real dbmate, and what Lastgood is told of it. */
export interface OrdersDatabase {
  configuration: string;
  environment: Record<string, string>;
  versions: { good: string; bad: string };
  /** As a pipeline does it: to the newest version. */
  migrate(): Promise<void>;
  sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** The newest brings notes and their readers: both are gone once it is reversed, and it counts them. */
const migrations: Record<string, string> = {
  '20260101_orders.sql': `-- migrate:up
create table orders (id bigserial primary key, total int not null default 0);
-- migrate:down
drop table orders;`,
  '20260102_totals.sql': `-- migrate:up
alter table orders alter column total drop default;
-- migrate:down
alter table orders alter column total set default 0;`,
  '20260103_notes.sql': `-- migrate:up
create table notes (order_id bigint not null, text text not null);
-- migrate:down
-- lastgood:loss notes: select count(*) from notes
drop table notes;`,
};

export async function openOrdersDatabase(): Promise<OrdersDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-orders-'));
  const files = join(folder, 'migrations');
  await mkdir(files);
  for (const [file, text] of Object.entries(migrations)) await writeFile(join(files, file), text);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const url = new URL(postgres.url);
  url.searchParams.set('sslmode', 'disable');
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await client.query("create role shop_app login password 'app'");
  const migrate = async () => {
    await run(dbmateProgram() ?? '', ['--migrations-dir', files, '--no-dump-schema', 'migrate'], {
      env: { DATABASE_URL: url.toString() },
    });
  };
  await migrate();
  return {
    configuration: `migrations:
  orders:
    kind: dbmate
    url: { env: ORDERS_URL }
    applicationRoles: [shop_app]
    migrations: ${files}
`,
    environment: { ORDERS_URL: url.toString() },
    versions: { good: '20260101', bad: '20260103' },
    migrate,
    sql: async <Row extends pg.QueryResultRow>(text: string) => (await client.query<Row>(text)).rows,
    async close() {
      await client.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** A stack of the real program: a Git repository, a state behind a server, and what Lastgood is told of it. */
export interface ShopStack {
  configuration: string;
  environment: Record<string, string>;
  versions: { good: string; bad: string };
  /** The addresses of what its state has. */
  resources(): string[];
  close(): Promise<void>;
}

const resource = (name: string, input: string, more = '') =>
  `resource "terraform_data" "${name}" {\n  input = "${input}"\n${more}}\n`;
const orders = (size: string) => resource('orders', size, `  triggers_replace = "${size}"\n`);
const head = 'terraform {\n  backend "http" {}\n}\n';
const good = `${head}${orders('small')}${resource('queue', 'retries-3')}${resource('alarm', 'on')}`;
const bad = `${head}${orders('large')}${resource('queue', 'retries-0')}${resource('cache', 'on')}`;

export async function openShopStack(): Promise<ShopStack> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-stack-'));
  const [clone, kept, elsewhere] = ['clone', 'kept', 'elsewhere'].map((name) => join(folder, name));
  for (const path of [clone, kept, elsewhere]) await mkdir(path ?? '');
  const server = await startStateServer();
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', clone ?? '', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args],
      {
        encoding: 'utf8',
      },
    ).trim();
  git('init', '--quiet');
  const commit = async (text: string, message: string) => {
    await writeFile(join(clone ?? '', 'main.tf'), text);
    git('add', '.');
    git('commit', '--quiet', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  const versions = {
    good: await commit(good, 'Size orders for a quiet day'),
    bad: await commit(bad, 'Grow orders'),
  };
  const backend = ['address', 'lock_address', 'unlock_address'].map((name) => [name, `${server.url}/state`]);
  await applyAs(elsewhere ?? '', bad, backend);
  return {
    configuration: `infrastructure:
  shop:
    kind: terraform
    repository: ${clone}
    folder: ${kept}
    key: { env: PLAN_KEY }
    backend: ${JSON.stringify(Object.fromEntries(backend))}
`,
    environment: { PLAN_KEY: randomBytes(32).toString('base64') },
    versions,
    resources() {
      const { resources } = JSON.parse(server.state()) as { resources: { type: string; name: string }[] };
      return resources.map(({ type, name }) => `${type}.${name}`).sort();
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** As a pipeline does it. */
async function applyAs(folder: string, text: string, backend: string[][]): Promise<void> {
  await writeFile(join(folder, 'main.tf'), text);
  const env = { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: '1' };
  const options = backend.map(([name, value]) => `-backend-config=${name}=${value}`);
  await run('terraform', ['init', '-input=false', ...options], { cwd: folder, env });
  await run('terraform', ['apply', '-input=false', '-auto-approve'], { cwd: folder, env });
}
