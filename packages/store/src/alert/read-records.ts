import { type AlertEpisode, type AlertRecord, type AlertsQuestion, hearingMs } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import { isStoreUnavailable } from '../connection/store-unavailable.ts';
import { type AnchoredQuestion, anchored, byAnchor } from './anchored.ts';
import { type EpisodeRow, episodeColumns, toEpisode } from './episodes.ts';
import { octetsOf } from './room.ts';

interface SourceRow {
  left_out_at: number | null;
  left_out_why: string | null;
  forgot_until: number | null;
  heard: { from: number; until: number }[] | null;
  any_fires: boolean;
  episodes: EpisodeRow[] | null;
  /** There are more, which one answer does not hold. */
  is_cut: boolean;
}

/** As many as the longest time that counts can have, and more than one needs to see that a source is heard from again. */
const mostStretches = 40;

/** Why what one source told cannot be read, in words. */
export interface Unread {
  unread: string;
}

interface Limits {
  /** Episodes of a question. */
  ofQuestion: number;
  /** Of the labels of all that is read of a source. */
  octets: number;
}

/**
 * In the order of the questions. A statement for each source, one more where some are about now and some about before: what one source told
 * may be too much, and that is its own trouble. The database finds what has the rarest label of any question: that reads the episodes of a
 * source once, and not once for each question. The rest is matched here.
 */
export async function readRecords(
  sql: Sql,
  questions: readonly AlertsQuestion[],
  at: number,
  limits: Limits,
): Promise<(AlertRecord | Unread | undefined)[]> {
  const keyOf = (question: AlertsQuestion) => JSON.stringify(question);
  // Those of a set that name no service are the same for all that have it.
  const asked = anchored([...new Map(questions.map((one) => [keyOf(one), one])).values()]);
  const groups = [...Map.groupBy(asked, ({ question: { about, source } }) => `${about} ${source}`).values()];
  const read = await Promise.allSettled(groups.map((group) => readSource(sql, group, at, limits.octets)));
  const failed = read.find((one) => one.status === 'rejected');
  if (failed && read.every(({ status }) => status === 'rejected')) throw failed.reason;
  const records = new Map(
    groups.flatMap((group, index) =>
      group.map((one) => [keyOf(one.question), recordFrom(one, read[index], limits.ofQuestion)] as const),
    ),
  );
  return questions.map((question) => records.get(keyOf(question)));
}

function recordFrom(
  asked: AnchoredQuestion,
  read: PromiseSettledResult<ReadSource> | undefined,
  most: number,
): AlertRecord | Unread {
  if (read?.status === 'fulfilled') return recordOf(asked, read.value, most);
  const why = isStoreUnavailable(read?.reason) ? read.reason.message : 'the database cannot read it';
  return { unread: `what ${asked.question.source} told is not known: ${why}` };
}

interface ReadSource {
  row: SourceRow;
  /** By each label that was looked for. */
  episodes: ReadonlyMap<string, AlertEpisode[]>;
}

/** @param asked all of one source, and all about now or all about before */
async function readSource(
  sql: Sql,
  asked: readonly AnchoredQuestion[],
  at: number,
  octets: number,
): Promise<ReadSource> {
  const anchors = Object.fromEntries(asked.map(({ anchor }) => [anchor, true]));
  const [first] = asked;
  const withinMs = Math.max(...asked.map(({ question }) => question.withinMs));
  const found = await sql<SourceRow>(
    statementOf[first?.question.about ?? 'now'],
    [toJson(anchors), first?.question.source, instant(at), withinMs, mostStretches, hearingMs, octets],
    'prepared',
  );
  const row = onlyRow(found);
  return { row, episodes: byAnchor((row.episodes ?? []).map(toEpisode), asked) };
}

function recordOf(
  { question, anchor }: AnchoredQuestion,
  { row, episodes }: ReadSource,
  most: number,
): AlertRecord {
  const wanted = Object.entries(question.labels);
  const matching = (episodes.get(anchor) ?? []).filter(({ labels }) =>
    wanted.every(([name, value]) => labels[name] === value),
  );
  const isOpen = ({ end }: AlertEpisode) => Number(end === null);
  return {
    episodes:
      matching.length <= most
        ? matching
        : matching.toSorted((one, other) => isOpen(other) - isOpen(one)).slice(0, most),
    isCut: row.is_cut || matching.length > most,
    heard: row.heard ?? [],
    anyFires: row.any_fires,
    leftOut: row.left_out_at === null ? null : { at: row.left_out_at, why: row.left_out_why ?? '' },
    keptSince: row.forgot_until ?? 0,
  };
}

const msOf = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

/** As `wasFiring` has it. */
const lately = `$3 - $6::float8 * interval '1 ms'`;

const plain = new Set<string>(['fingerprint', 'labels']);
const episode = episodeColumns
  .map((column) => `'${column}', ${plain.has(column) ? column : msOf(column)}`)
  .join(', ');

/**
 * The first word of a source is told even where it came later, and the newest. What had ended, and of which nothing was said since, says
 * nothing about the instant where its source was heard from after the end. The labels that are looked for are members of one object: a join of some hundred of them with all episodes was planned as a loop over both, whatever was tried.
 */
const statementFor = ({ began, ended, heardBy }: Record<'began' | 'ended' | 'heardBy', string>) => `
  select s.left_out_at, s.left_out_why, s.forgot_until, (
    select jsonb_agg(jsonb_build_object('from', ${msOf('from_at')}, 'until', ${msOf('until_at')}))
    from (
      select from_at, until_at from alert_hearings
      where source = asked.source
        and (
          from_at <= $3
          or from_at in (
            select unnest(array[min(from_at), max(from_at)]) from alert_hearings where source = asked.source
          )
        )
      order by from_at desc limit $5
    ) as newest
  ) as heard, exists (
    select from alert_episodes e
    where e.source = asked.source and (
      ((e.end_told_at is null or e.end_told_at > $3) and e.first_told_at <= $3 and e.last_told_at >= ${lately})
      or (e.contradicted_since <= $3 and e.contradicted_at >= ${lately})
    )
  ) as any_fires, told.episodes, told.is_cut
  from (select $2::text as source) as asked
  left join alert_sources s on s.name = asked.source
  cross join lateral (
    select json_agg(json_build_object(${episode})) filter (where upto <= $7) as episodes,
      coalesce(bool_or(upto > $7), false) as is_cut
    from (
      select e.*, sum(${octetsOf('e')}) over (
        order by e.end_told_at is null desc, e.last_told_at desc rows unbounded preceding
      ) as upto
      from alert_episodes e
      where e.source = asked.source and ${began} <= $3
        and (e.ends_at is null or e.${ended} > $3 or e.end_told_at > coalesce(
          (select max(until_at) from alert_hearings where source = asked.source and ${heardBy}), '-infinity'
        ) or e.contradicted_at >= $3 - $4::float8 * interval '1 ms')
        and exists (
          select from jsonb_each_text(e.labels) as label(key, value)
          where $1::jsonb ? (label.key || '=' || label.value)
        )
    ) as e
  ) as told`;

const statementOf = {
  now: statementFor({ began: 'e.first_told_at', ended: 'end_told_at', heardBy: 'from_at <= $3' }),
  before: statementFor({ began: 'least(e.starts_at, e.first_told_at)', ended: 'ends_at', heardBy: 'true' }),
};
