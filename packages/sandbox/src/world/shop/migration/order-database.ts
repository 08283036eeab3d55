import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the orders are kept: a database that Lastgood lends the shop in its embedded PostgreSQL. */
export interface OrderDatabase {
  /** As the role that migrates it. */
  ownerUrl: string;
  /** As the role of the application. */
  applicationUrl: string;
}

const fileOf = (folder: string) => join(folder, 'database.json');

/** Kept for the processes of the shop, also for those that start before Lastgood says it again. It holds passwords. */
export async function keepDatabase(folder: string, database: OrderDatabase): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { ownerUrl, applicationUrl } = database;
  await writeFile(`${fileOf(folder)}.new`, JSON.stringify({ ownerUrl, applicationUrl }), { mode: 0o600 });
  await rename(`${fileOf(folder)}.new`, fileOf(folder));
}

/** Null while nobody has said where it is. */
export async function keptDatabase(folder: string): Promise<OrderDatabase | null> {
  try {
    return JSON.parse(await readFile(fileOf(folder), 'utf8')) as OrderDatabase;
  } catch {
    return null;
  }
}
