import { hash } from 'node:crypto';
import type { AskRow, SlotClaim } from '@lastgood/domain';
import { arrayLiteral } from '../connection/array-literal.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { dayOf } from '../reading/partitions.ts';
import { bulkInsert } from '../write/insert.ts';

/**
 * Keeps every query that was sent, without loss: those that were answered in one row for each instant they asked about, with
 * their texts written down once a day; what went wrong in a row of its own.
 */
export async function writeAsks(sql: Sql, claim: SlotClaim, asks: readonly AskRow[]): Promise<void> {
  const answered: AskRow[] = [];
  const others: AskRow[] = [];
  for (const ask of asks) (isPackable(ask, claim) ? answered : others).push(ask);
  await bulkInsert<AskRow>(sql, {
    table: 'asks',
    columns: {
      slot: { type: 'timestamptz', of: (row) => instant(row.slot) },
      chunk: { type: 'int', of: () => claim.chunk },
      query: { type: 'text', of: (row) => row.query },
      at: { type: 'timestamptz', of: (row) => instant(row.at) },
      answer_digest: { type: 'text', of: (row) => row.answerDigest },
      took_ms: { type: 'float8', of: (row) => row.tookMs },
      error: { type: 'text', of: (row) => row.error },
    },
    rows: others,
  });
  if (answered.length === 0) return;
  const idOf = await writeQueries(sql, claim.slot, answered);
  for (const [at, rows] of Map.groupBy(answered, (ask) => ask.at))
    await sql(
      `insert into packed_asks (slot, chunk, at, queries, answer_digests, took_ms)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [
        ...[instant(claim.slot), claim.chunk, instant(at), arrayLiteral(rows.map(idOf))],
        Buffer.from(rows.map(({ answerDigest }) => answerDigest?.slice(algorithm.length)).join(''), 'hex'),
        arrayLiteral(rows.map(({ tookMs }) => tookMs)),
      ],
      'prepared',
    );
}

function isPackable({ slot, answerDigest, error }: AskRow, claim: SlotClaim): boolean {
  return slot === claim.slot && error === null && answerDigest !== null && digestInHex.test(answerDigest);
}

const algorithm = 'sha256:';
const digestInHex = new RegExp(`^${algorithm}[0-9a-f]{64}$`);

/** Writes each text that is new today; returns the id of an ask's text. */
async function writeQueries(sql: Sql, slot: number, asks: readonly AskRow[]) {
  const digests = new Map(asks.map(({ query }) => [query, digestOf(query)]));
  const ids = await findQueries(sql, slot, [...digests.values()]);
  // In one order in every transaction: two chunks that bring the same new texts wait, and never for each other.
  const unknown = [...digests]
    .filter(([, digest]) => !ids.has(digest))
    .sort(([, a], [, b]) => (a < b ? -1 : 1));
  if (unknown.length > 0) {
    await bulkInsert<[string, string]>(sql, {
      table: 'asked_queries',
      columns: {
        day: { type: 'timestamptz', of: () => instant(dayOf(slot)) },
        digest: { type: 'text', of: ([, digest]) => digest },
        query: { type: 'text', of: ([query]) => query },
      },
      rows: unknown,
      ending: 'on conflict do nothing',
    });
    const written = await findQueries(
      sql,
      slot,
      unknown.map(([, digest]) => digest),
    );
    for (const [digest, id] of written) ids.set(digest, id);
  }
  return ({ query }: AskRow) => {
    const id = ids.get(digests.get(query) ?? '');
    if (id === undefined) throw new Error('a query was not found after it was written');
    return id;
  };
}

async function findQueries(sql: Sql, slot: number, digests: readonly string[]): Promise<Map<string, number>> {
  const found = await sql<{ digest: string; id: number }>(
    'select digest, id from asked_queries where day = $1 and digest = any($2::text[])',
    [instant(dayOf(slot)), arrayLiteral(digests)],
    'prepared',
  );
  return new Map(found.rows.map(({ digest, id }) => [digest, id]));
}

function digestOf(query: string): string {
  return hash('sha256', query, 'base64url');
}
