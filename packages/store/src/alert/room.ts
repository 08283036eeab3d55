import type { AlertEpisode } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { onlyRow, type Sql } from '../connection/pool.ts';

export const mebibyte = 1_048_576;

/** What is kept of one source. */
export interface Room {
  /** Episodes. */
  ofSource: number;
  /** Of their labels, as the database writes them. */
  octets: number;
}

/** What of an episode counts: as stored it may be compressed to next to nothing, and is as long as ever once it is read. */
export const octetsOf = (row: string) => `octet_length(${row}.labels::text)`;

/** Those that ended first make room. Returns the first of those that began, as many as there is room for. */
export async function withinRoom(
  sql: Sql,
  source: string,
  begun: readonly AlertEpisode[],
  most: Room,
): Promise<AlertEpisode[]> {
  if (begun.length === 0) return [];
  const sizes = begun.map(({ labels }) => Buffer.byteLength(toJson(labels) ?? '') + gapsIn(labels));
  const sum = sizes.reduce((upTo, size) => upTo + size, 0);
  const found = await sql<{ count: number; octets: number }>(
    `select count(*), coalesce(sum(${octetsOf('e')}), 0)::bigint as octets from alert_episodes e where source = $1`,
    [source],
  );
  const { count, octets } = onlyRow(found);
  let left = { episodes: most.ofSource - count, octets: most.octets - octets };
  if (left.episodes < begun.length || left.octets < sum) {
    const freed = await free(sql, source, begun.length - left.episodes, sum - left.octets);
    left = { episodes: left.episodes + freed.count, octets: left.octets + freed.octets };
  }
  return begun.slice(0, fitting(sizes, left));
}

function fitting(sizes: readonly number[], left: { episodes: number; octets: number }): number {
  let octets = 0;
  const tooMuch = sizes.findIndex((size) => {
    octets += size;
    return octets > left.octets;
  });
  return Math.max(0, Math.min(left.episodes, tooMuch === -1 ? sizes.length : tooMuch));
}

/** The database writes a space after each name and between labels. */
function gapsIn(labels: Record<string, string>): number {
  return Object.keys(labels).length * 2;
}

/** So much that ended first, if there is as much. */
async function free(
  sql: Sql,
  source: string,
  episodes: number,
  octets: number,
): Promise<{ count: number; octets: number }> {
  const freed = await sql<{ count: number; octets: number }>(
    `with oldest as (
       select fingerprint, starts_at, size from (
         select fingerprint, starts_at, size, row_number() over in_order as nth, sum(size) over in_order as upto
         from (
           select fingerprint, starts_at, end_told_at, ${octetsOf('e')} as size from alert_episodes e
           where source = $1 and end_told_at is not null
         ) as ended
         window in_order as (order by end_told_at, fingerprint, starts_at rows unbounded preceding)
       ) as counted
       where nth <= $2 or upto - size < $3
     ), gone as (
       delete from alert_episodes e using oldest
       where e.source = $1 and e.fingerprint = oldest.fingerprint and e.starts_at = oldest.starts_at
       returning greatest(e.end_told_at, e.contradicted_at) as at, oldest.size
     ), noted as (
       update alert_sources set forgot_until = greatest(forgot_until, (select max(at) from gone)) where name = $1
     )
     select count(*), coalesce(sum(size), 0)::bigint as octets from gone`,
    [source, episodes, octets],
  );
  return onlyRow(freed);
}

/** Why not all that a source told is kept, in a few words. */
export function tooMuchInWords({ ofSource, octets }: Room): string {
  const size = octets < mebibyte ? `${octets} bytes` : `${octets / mebibyte} MiB`;
  return `no more than ${ofSource} of its alerts, and ${size} of their labels, are kept`;
}
