import type { AlertEpisode } from '@lastgood/domain';
import { isoInstant } from '@lastgood/domain/iso-instant';
import { toJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';

/** A row, its instants in epoch milliseconds. */
export interface EpisodeRow {
  fingerprint: string;
  labels: Record<string, string>;
  starts_at: number;
  first_told_at: number;
  last_told_at: number;
  ends_at: number | null;
  end_told_at: number | null;
  contradicted_since: number | null;
  contradicted_at: number | null;
}

export const episodeColumns = [
  ...['fingerprint', 'labels', 'starts_at', 'first_told_at', 'last_told_at'],
  ...['ends_at', 'end_told_at', 'contradicted_since', 'contradicted_at'],
] as const;

export function toEpisode(row: EpisodeRow): AlertEpisode {
  const { fingerprint, labels, ends_at, end_told_at, contradicted_since, contradicted_at } = row;
  return {
    ...{ fingerprint, labels, startsAt: row.starts_at },
    ...{ firstToldAt: row.first_told_at, lastToldAt: row.last_told_at },
    end: ends_at === null || end_told_at === null ? null : { endsAt: ends_at, toldAt: end_told_at },
    contradiction:
      contradicted_since === null || contradicted_at === null
        ? null
        : { since: contradicted_since, toldAt: contradicted_at },
  };
}

/** By fingerprint. */
export async function episodesOf(
  sql: Sql,
  source: string,
  fingerprints: readonly string[],
): Promise<Map<string, AlertEpisode[]>> {
  const found = await sql<EpisodeRow>(
    `select ${episodeColumns.join(', ')} from alert_episodes where source = $1 and fingerprint = any($2)`,
    [source, fingerprints],
  );
  return Map.groupBy(found.rows.map(toEpisode), ({ fingerprint }) => fingerprint);
}

export async function writeEpisodes(
  sql: Sql,
  source: string,
  episodes: readonly AlertEpisode[],
): Promise<void> {
  if (episodes.length === 0) return;
  await sql(
    `insert into alert_episodes (source, ${episodeColumns.join(', ')})
     select $1, r.* from jsonb_to_recordset($2::jsonb) as r(fingerprint text, labels jsonb, starts_at timestamptz,
       first_told_at timestamptz, last_told_at timestamptz, ends_at timestamptz, end_told_at timestamptz,
       contradicted_since timestamptz, contradicted_at timestamptz)
     on conflict (source, fingerprint, starts_at) do update set last_told_at = excluded.last_told_at,
       ends_at = excluded.ends_at, end_told_at = excluded.end_told_at,
       contradicted_since = excluded.contradicted_since, contradicted_at = excluded.contradicted_at`,
    [source, toJson(episodes.map(toRow))],
  );
}

function toRow({ fingerprint, labels, end, contradiction, ...one }: AlertEpisode) {
  const iso = (at: number | undefined) => (at === undefined ? null : isoInstant(at));
  return {
    ...{ fingerprint, labels, starts_at: iso(one.startsAt) },
    ...{ first_told_at: iso(one.firstToldAt), last_told_at: iso(one.lastToldAt) },
    ...{ ends_at: iso(end?.endsAt), end_told_at: iso(end?.toldAt) },
    ...{ contradicted_since: iso(contradiction?.since), contradicted_at: iso(contradiction?.toldAt) },
  };
}
