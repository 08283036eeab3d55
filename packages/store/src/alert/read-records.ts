import type { AlertRecord, AlertsQuestion } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { type EpisodeRow, episodeColumns, toEpisode } from './episodes.ts';

interface RecordRow {
  place: number;
  left_out_at: number | null;
  left_out_why: string | null;
  forgot_until: number | null;
  heard: { from: number; until: number }[] | null;
  episodes: EpisodeRow[] | null;
}

/** As many as the longest time that counts can have, and more than one needs to see that a source is heard from again. */
const mostStretches = 40;

/** All questions in one statement; in their order. */
export async function readRecords(
  sql: Sql,
  questions: readonly AlertsQuestion[],
  at: number,
  most: number,
): Promise<(AlertRecord | undefined)[]> {
  if (questions.length === 0) return [];
  const asked = questions.map(({ source, labels, withinMs, about }, place) => ({
    ...{ place, source, labels, about, within: withinMs },
  }));
  const found = await sql<RecordRow>(
    statement,
    [toJson(asked), instant(at), most + 1, mostStretches],
    'prepared',
  );
  const byPlace = new Map(found.rows.map((row) => [row.place, row]));
  return questions.map((_question, place) => {
    const row = byPlace.get(place);
    return row && toRecord(row, most);
  });
}

function toRecord(row: RecordRow, most: number): AlertRecord {
  const { left_out_at, left_out_why, forgot_until, heard, episodes } = row;
  const found = episodes ?? [];
  return {
    episodes: found.slice(0, most).map(toEpisode),
    isCut: found.length > most,
    heard: heard ?? [],
    leftOut: left_out_at === null ? null : { at: left_out_at, why: left_out_why ?? '' },
    keptSince: forgot_until ?? 0,
  };
}

const msOf = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

const instants = new Set<string>(['fingerprint', 'labels']);
const episode = episodeColumns
  .map((column) => `'${column}', ${instants.has(column) ? column : msOf(column)}`)
  .join(', ');

/** What had ended and was not spoken of since is left out: it says nothing about the instant. */
const statement = `
  select q.place, s.left_out_at, s.left_out_why, s.forgot_until, h.heard, e.episodes
  from jsonb_to_recordset($1::jsonb) as q(place int, source text, labels jsonb, about text, within float8)
  left join alert_sources s on s.name = q.source
  left join lateral (
    select jsonb_agg(jsonb_build_object('from', ${msOf('from_at')}, 'until', ${msOf('until_at')})) as heard
    from (
      select from_at, until_at from alert_hearings
      where source = q.source and from_at <= $2 order by from_at desc limit $4
    ) as newest
  ) h on true
  left join lateral (
    select jsonb_agg(jsonb_build_object(${episode})) as episodes
    from (
      select * from alert_episodes
      where source = q.source and labels @> q.labels
        and case q.about when 'before' then starts_at else first_told_at end <= $2
        and (ends_at is null or case q.about when 'before' then ends_at else end_told_at end > $2
          or contradicted_at >= $2 - q.within * interval '1 ms')
      order by end_told_at is not null, last_told_at desc limit $3
    ) as matching
  ) e on true`;
