import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The version of the schema that the old code works on. */
export const goodVersion = '20260101090000';
/** The version that the failing release migrates to. */
export const renamedVersion = '20260714160000';

const orders = `-- migrate:up
create table orders (
  id bigserial primary key,
  customer text not null,
  item text not null,
  state text not null,
  placed_at timestamptz not null default now()
);
-- migrate:down
drop table orders;
`;

const renamed = `-- migrate:up
alter table orders rename column customer to customer_name;
-- migrate:down
alter table orders rename column customer_name to customer;
`;

/** The new code calls a new order *placed*; the old code knows *new* only, and stumbles over the other. */
const states = `update orders set state = 'new' where state = 'placed';
`;

const stateFixUp = 'order-states';

/** Folders of the team, as dbmate and Lastgood read them. */
export interface OrderFolders {
  /** All that the newest release has. */
  migrations: string;
  /** With the first migration only: what a new database begins with, whatever was released since. */
  first: string;
  fixUps: string;
}

export function orderFolders(dir: string): OrderFolders {
  return {
    migrations: join(dir, 'migrations'),
    first: join(dir, 'first-migration'),
    fixUps: join(dir, 'fix-ups'),
  };
}

/** What the team has written before its failing release: the first migration, and the repair for whoever goes back. */
export async function writeFirstMigration({ migrations, first, fixUps }: OrderFolders): Promise<void> {
  await Promise.all([migrations, first, fixUps].map((folder) => mkdir(folder, { recursive: true })));
  for (const folder of [migrations, first])
    await writeFile(join(folder, `${goodVersion}_orders.sql`), orders);
  await writeFile(join(fixUps, `${stateFixUp}.sql`), states);
}

/** What the failing release brings with it. */
export async function writeRenaming({ migrations }: OrderFolders): Promise<void> {
  await writeFile(join(migrations, `${renamedVersion}_customer_name.sql`), renamed);
}
