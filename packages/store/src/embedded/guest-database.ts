import { createHmac } from 'node:crypto';
import pg from 'pg';

/** A database beside our own in the embedded server, such as the one of the sandbox's shop. */
export interface GuestDatabase {
  name: string;
  /** As the role that owns it and migrates it. */
  ownerUrl: string;
  /** As the role that the application connects with; it may read and write rows. */
  applicationUrl: string;
  applicationRole: string;
}

/**
 * Where a guest's database is, whether it was made already or not. Its passwords follow from that of the server, which is random
 * and kept: nothing more has to be.
 * @param url of our own database in the embedded server
 * @param name in lower case, without a sign that SQL would want quoted
 */
export function guestDatabase(url: string, name: string): GuestDatabase {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name} is no name for a guest's database`);
  const [owner, application] = [`${name}_owner`, `${name}_app`];
  const as = (role: string) => {
    const guest = Object.assign(new URL(url), { username: role, password: passwordOf(url, role) });
    guest.pathname = `/${name}`;
    // It listens on loopback only, and dbmate would insist on TLS by itself.
    guest.searchParams.set('sslmode', 'disable');
    return guest.toString();
  };
  return { name, ownerUrl: as(owner), applicationUrl: as(application), applicationRole: application };
}

/** Makes it and its two roles where they are missing, and changes nothing else: it may be called at every start. */
export async function createGuestDatabase(url: string, name: string): Promise<GuestDatabase> {
  const guest = guestDatabase(url, name);
  const [owner, application] = [new URL(guest.ownerUrl), new URL(guest.applicationUrl)];
  await inSession(url, async (session) => {
    for (const { username, password } of [owner, application]) {
      const found = await session.query('select 1 from pg_roles where rolname = $1', [username]);
      const verb = found.rowCount === 0 ? 'create' : 'alter';
      await session.query(`${verb} role ${username} login password '${password}'`);
    }
    const found = await session.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await session.query(`create database ${name} owner ${owner.username}`);
  });
  await inSession(guest.ownerUrl, async (session) => {
    const to = `in schema public grant select, insert, update, delete on tables to ${application.username}`;
    await session.query(`grant usage on schema public to ${application.username}`);
    await session.query(`alter default privileges ${to}`);
    await session.query(
      `alter default privileges in schema public grant usage on sequences to ${application.username}`,
    );
  });
  return guest;
}

function passwordOf(url: string, role: string): string {
  return createHmac('sha256', new URL(url).password).update(role).digest('hex');
}

async function inSession(url: string, work: (session: pg.Client) => Promise<void>): Promise<void> {
  const session = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  session.on('error', () => undefined); // a broken connection also rejects the query in hand
  await session.connect();
  try {
    await work(session);
  } finally {
    await session.end();
  }
}
