import pg from 'pg';
import { withoutSecrets } from '../process/said.ts';
import type { Database } from './database-settings.ts';

/** How sessions of Lastgood are called in `pg_stat_activity`; one that works for a step bears its operation behind it. */
const ownName = 'lastgood';

/** PostgreSQL cuts longer names. https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-APPLICATION-NAME */
const longestName = 63;

export function sessionName(operation: string): string {
  return `${ownName} ${operation}`.slice(0, longestName);
}

/** The URL with a name for its session, which a tool that is given it bears, too. */
export function namedUrl(url: URL, name: string): URL {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return named;
}

export type Session = Pick<pg.Client, 'query'>;

export type SessionResult<T> = { kind: 'ok'; value: T } | { kind: 'unreachable'; reason: string };

/** A database that did not do what it was asked to, in its own words; `code` is its SQLSTATE. */
export function stateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

interface SessionOptions {
  signal: AbortSignal;
  /** The operation it works for; absent: it only looks. */
  operation?: string | undefined;
  /** Longest wait for one answer; default that of the settings. */
  answerMs?: number | undefined;
}

/** One session for one piece of work. What goes wrong is a result; the session is closed either way. */
export async function inSession<T>(
  database: Database,
  { signal, operation, answerMs = database.timeoutMs }: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<SessionResult<T>> {
  const name = operation === undefined ? ownName : sessionName(operation);
  const client = new pg.Client({
    connectionString: namedUrl(database.url, name).toString(),
    connectionTimeoutMillis: database.timeoutMs,
    statement_timeout: answerMs,
    // For a server that stopped answering altogether: a little later than it would say so itself.
    query_timeout: answerMs + 1_000,
  });
  // A server that goes away between two questions is told by the next one.
  client.on('error', () => {});
  const cut = () => void client.end().catch(() => {});
  signal.addEventListener('abort', cut, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    const schema = database.url.searchParams.get('search_path');
    if (schema) await client.query("select set_config('search_path', $1, false)", [schema]);
    return { kind: 'ok', value: await work(client) };
  } catch (error) {
    return {
      kind: 'unreachable',
      reason: signal.aborted ? 'the question was called off' : faultInWords(database, error),
    };
  } finally {
    signal.removeEventListener('abort', cut);
    await closed(client);
  }
}

/** A server that hangs never says goodbye. */
async function closed(client: pg.Client): Promise<void> {
  const goodbye = new Promise<void>((resolve) => {
    setTimeout(resolve, 1_000).unref();
  });
  await Promise.race([client.end().catch(() => {}), goodbye]);
}

const longestWords = 500;

/** Never with what the URL keeps secret. */
export function faultInWords({ url }: Pick<Database, 'url'>, error: unknown): string {
  const { code } = error as { code?: unknown };
  const said = error instanceof Error && error.message ? error.message : String(code ?? 'unknown fault');
  return withoutSecret(url, `PostgreSQL at ${url.host} ${said}`).slice(0, longestWords);
}

/** What a tool or a driver says may quote the URL it was given. */
export function withoutSecret(url: URL, text: string): string {
  return withoutSecrets(text, secretsOf(url));
}

/** Its passwords, as they stand there and as they are meant; the driver takes them from the query, too. */
export function secretsOf(url: URL): string[] {
  const queried = [...url.search.matchAll(/[?&](?:password|sslpassword)=([^&]*)/g)].map(
    ([, raw = '']) => raw,
  );
  const meant = [...url.searchParams.getAll('password'), ...url.searchParams.getAll('sslpassword')];
  const written = [url.password, ...queried];
  const all = [...written, ...meant, ...written.flatMap((raw) => decoded(raw))];
  return [...new Set(all)].filter((secret) => secret !== '');
}

/** A sign in it may be no escape at all, such as the one of `100%x`. */
function decoded(raw: string): string[] {
  try {
    return [decodeURIComponent(raw)];
  } catch {
    return [
      raw.replaceAll(/%[0-9a-f]{2}/gi, (escaped) =>
        String.fromCharCode(Number.parseInt(escaped.slice(1), 16)),
      ),
    ];
  }
}
