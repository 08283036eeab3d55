/**
 * What keeps the database from being used, told apart from what is wrong with a statement. By class of SQLSTATE
 * (https://www.postgresql.org/docs/18/errcodes-appendix.html), by the codes of Node's sockets and TLS, by those of Prisma and
 * its driver adapter, and by the bare messages that `pg` rejects with.
 */
export interface Outage {
  /** In words that finish the sentence "the database cannot be used: ...". */
  words: string;
  /** The connection is gone or does not answer: what was last sent over it may have been done, its answer lost. */
  lost: boolean;
  /** The code it was known by; null for a bare message. */
  code: string | null;
}

interface Kind {
  words: string;
  lost?: true;
  /** SQLSTATEs and classes of them, Node's codes, Prisma's codes and kinds. Whole codes. */
  codes: RegExp;
  messages?: RegExp;
}

/** The first that fits says it. */
const kinds: readonly Kind[] = [
  {
    words: 'it refuses the user name or the password',
    codes: /^(28...|P1000|P1010|AuthenticationFailed|DatabaseAccessDenied)$/,
    messages: /^SASL: /,
  },
  {
    words: 'there is no database of that name on its server',
    codes: /^(3D...|57P04|P1003|DatabaseDoesNotExist)$/,
    lost: true,
  },
  { words: 'its host has no address', codes: /^(ENOTFOUND|EAI_\w+)$/, lost: true },
  { words: 'nothing accepts connections at its address', codes: /^ECONNREFUSED$/, lost: true },
  {
    words: 'no encrypted connection comes about; see sslmode and sslrootcert in its address',
    codes:
      /^(ERR_(TLS|SSL)_\w+|EPROTO|CERT_\w+|CRL_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|HOSTNAME_MISMATCH|INVALID_CA|P1011|TlsConnectionError)$/,
    messages: /does not support SSL|establishing an SSL connection/,
    lost: true,
  },
  { words: 'its disk is full', codes: /^53100$/ },
  { words: 'it has no connection left', codes: /^(53300|P2037|TooManyConnections)$/, lost: true },
  { words: 'it is out of memory or another resource', codes: /^53...$/ },
  { words: 'it takes no writes: it is read-only or a standby', codes: /^25006$/ },
  { words: 'a lock that somebody else holds did not become free in time', codes: /^55(P03|006)$/ },
  { words: 'a statement took longer than it may', codes: /^57014$/ },
  { words: 'it is starting or shutting down', codes: /^57P0[123]$/, lost: true },
  { words: 'an operator or a limit ended the session', codes: /^(57...|25P0[34])$/, lost: true },
  {
    words: 'others wrote the same rows at the same time, again and again',
    codes: /^(40001|40P01|P2034|TransactionWriteConflict)$/,
  },
  { words: 'its server cannot use its own files or configuration', codes: /^(58|F0)...$/ },
  { words: 'its server found itself or its data damaged', codes: /^XX...$/ },
  { words: 'its user lacks a right on the tables', codes: /^42501$/ },
  {
    words: 'its tables are not those that this version works with',
    codes: /^(42P01|42703|3F000|P2021|P2022|TableDoesNotExist|ColumnNotFound)$/,
  },
  {
    words: 'it does not answer in time',
    codes: /^(ETIMEDOUT|P1002|P1008|P2024|SocketTimeout)$/,
    messages: /timeout exceeded when trying to connect|timeout expired|Query read timeout/i,
    lost: true,
  },
  {
    words: 'the connection to it breaks',
    codes:
      /^(08...|40003|E(CONN\w+|PIPE|HOST\w+|NET\w+|NOENT|ACCES|PERM|MFILE|NFILE|ADDRNOTAVAIL)|P1001|P1017|DatabaseNotReachable|ConnectionClosed)$/,
    messages:
      /Connection terminated|connection error and is not queryable|Client was closed|Client has encountered a connection error|Cannot use a pool after calling end|end on the pool/i,
    lost: true,
  },
];

/** Null when the database does its work and something else is wrong. */
export function outageOf(error: unknown): Outage | null {
  for (const one of causesOf(error)) {
    const codes = codesOf(one);
    const message = one instanceof Error && codes.length === 0 ? one.message : '';
    for (const { words, codes: known, messages, lost = false } of kinds) {
      const code = codes.find((each) => known.test(each));
      if (code !== undefined) return { words, lost, code };
      if (message !== '' && messages?.test(message)) return { words, lost, code: null };
    }
  }
  return null;
}

/** The SQLSTATE that the server answered with, also when Prisma or a type of ours wraps it; null without one. */
export function sqlStateOf(error: unknown): string | null {
  for (const one of causesOf(error)) {
    const code = codesOf(one).find(
      (each) => /^[0-9A-Z]{5}$/.test(each) && !/^(P[1-9]|E[A-Z]{4}$)/.test(each),
    );
    if (code !== undefined) return code;
  }
  return null;
}

/** The error, what caused it, and what Prisma keeps of the driver's error; an attempt at several addresses has several. */
function* causesOf(error: unknown): Generator<unknown> {
  let depth = 0;
  for (let at = error; typeof at === 'object' && at !== null && depth < 10; depth += 1) {
    const adapter = memberOf(memberOf(at, 'meta'), 'driverAdapterError');
    if (adapter !== undefined) yield* causesOf(adapter);
    yield at;
    if (at instanceof AggregateError) for (const each of at.errors) yield* causesOf(each);
    at = memberOf(at, 'cause');
  }
}

/** The most exact first. */
function codesOf(error: unknown): string[] {
  const all = ['originalCode', 'code', 'kind'].map((name) => memberOf(error, name));
  return all.filter((each) => typeof each === 'string');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
