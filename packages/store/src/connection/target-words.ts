import pg from 'pg';

/** Which database an address leads to, for people: never its password. */
export function targetWords(databaseUrl: string): string {
  try {
    const { database, host, port, user } = new pg.Client({ connectionString: databaseUrl });
    return `database "${database}" at ${host}:${port}, user "${user}"`;
  } catch {
    return 'the address in DATABASE_URL'; // such as one that names a file of certificates that is not there
  }
}
