import type { AskRow } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';

interface StoredAsk {
  slot: number;
  query: string;
  at: number;
  answer_digest: string | null;
  took_ms: number;
  error: string | null;
}

/** Every query sent in a slot, in rows of their own or packed, by the instant they asked about and their text. */
export async function asksOf(sql: Sql, slot: number): Promise<AskRow[]> {
  const found = await sql<StoredAsk>(
    `select slot, query, at, answer_digest, took_ms, error from asks where slot = $1
     union all
     select p.slot, q.query, p.at,
         'sha256:' || encode(substring(p.answer_digests from n.place::int * 32 - 31 for 32), 'hex'), n.took_ms, null
       from packed_asks p
       cross join lateral unnest(p.queries, p.took_ms) with ordinality as n(query, took_ms, place)
       join asked_queries q on q.id = n.query
       where p.slot = $1
     order by at, query`,
    [instant(slot)],
  );
  return found.rows.map(({ answer_digest, took_ms, ...row }) => ({
    ...row,
    answerDigest: answer_digest,
    tookMs: took_ms,
  }));
}
