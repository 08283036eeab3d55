import {
  type AlertEar,
  type AlertMemory,
  type AlertRecord,
  advanceEpisodes,
  alertsSeen,
  type HeardStretch,
  heardAlso,
  isHearing,
  silentForgottenMs,
  type ToldMessage,
} from '@lastgood/domain';
import { databaseNow, instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { episodesOf, writeEpisodes } from './episodes.ts';
import { readRecords } from './read-records.ts';
import { mebibyte, type Room, tooMuchInWords, withinRoom } from './room.ts';

export interface StoredAlerts extends AlertMemory, AlertEar {
  /** Forgets what had ended before, and what nobody has spoken of for long. Returns how many episodes. */
  retain(before: number): Promise<number>;
}

/**
 * So many episodes of one source are kept, with so many octets of labels, and so many of a question are looked at. What one source may have
 * told is read within a statement's time, and stays far below the 256 MB of one value of PostgreSQL.
 */
const mostEpisodes = { ofSource: 20_000, octets: 8 * mebibyte, ofQuestion: 200 } as const;

/**
 * What a source tells is taken in one message at a time, under a lock on its row, and at the database's own time: so any replica may hear
 * any of its messages.
 */
export function createAlertMemory(
  { pool, sql }: StoreContext,
  most: { ofSource: number; octets: number; ofQuestion: number } = mostEpisodes,
): StoredAlerts {
  return {
    hear: (source, message) =>
      inTransaction(pool, async (send) => {
        const at = await lockSource(send, source);
        if (isHearing(message)) await writeHearing(send, source, at);
        const isWhole = await takeIn(send, { source, message, at, most });
        const why = isWhole ? message.leavesOut : tooMuchInWords(most);
        if (why !== null) await writeLeftOut(send, source, at, why);
      }),
    heardUnreadable: (source, why) =>
      inTransaction(pool, async (send) => {
        const at = await lockSource(send, source);
        await writeLeftOut(send, source, at, why);
      }),
    async readAlerts(questions, at) {
      const records = await readRecords(sql, questions, at, most);
      return questions.flatMap((question, index) => {
        const record = records[index];
        if (!record) return [];
        if ('unread' in record) return [alertsSeen({ ...question, unknown: record.unread }, nothingTold, at)];
        return [alertsSeen(question, record, at)];
      });
    },
    retain: (before) => forget(sql, before),
  };
}

const nothingTold: AlertRecord = {
  ...{ episodes: [], isCut: false, heard: [], anyFires: false },
  ...{ leftOut: null, keptSince: 0 },
};

/** Returns the time at which it is its turn. */
async function lockSource(sql: Sql, source: string): Promise<number> {
  const locked = await sql<{ now: number }>(
    `insert into alert_sources (name) values ($1)
     on conflict (name) do update set name = excluded.name returning ${databaseNow} as now`,
    [source],
  );
  return onlyRow(locked).now;
}

async function writeHearing(sql: Sql, source: string, at: number): Promise<void> {
  const found = await sql<{ from_at: number; until_at: number }>(
    'select from_at, until_at from alert_hearings where source = $1 order by from_at desc limit 1',
    [source],
  );
  const [row] = found.rows;
  const newest: HeardStretch | null = row ? { from: row.from_at, until: row.until_at } : null;
  const { from, until } = heardAlso(newest, at);
  await sql(
    `insert into alert_hearings (source, from_at, until_at) values ($1, $2, $3)
     on conflict (source, from_at) do update set until_at = excluded.until_at`,
    [source, instant(from), instant(until)],
  );
}

async function writeLeftOut(sql: Sql, source: string, at: number, why: string): Promise<void> {
  await sql('update alert_sources set left_out_at = $2, left_out_why = $3 where name = $1', [
    source,
    instant(at),
    why,
  ]);
}

interface TakenIn {
  source: string;
  message: ToldMessage;
  at: number;
  most: Room;
}

/** False where there is no room for all of it. */
async function takeIn(sql: Sql, { source, message, at, most }: TakenIn): Promise<boolean> {
  if (message.alerts.length === 0) return true;
  const known = await episodesOf(
    sql,
    source,
    message.alerts.map(({ fingerprint }) => fingerprint),
  );
  const before = new Set([...known.values()].flat());
  for (const told of message.alerts)
    known.set(told.fingerprint, advanceEpisodes(known.get(told.fingerprint) ?? [], told, at));
  const changed = [...known.values()].flat().filter((one) => !before.has(one));
  // What is known already is brought up to date, whatever room there is.
  const [begun, goesOn] = [
    changed.filter((one) => one.firstToldAt === at),
    changed.filter((one) => one.firstToldAt !== at),
  ];
  const kept = await withinRoom(sql, source, begun, most);
  await writeEpisodes(sql, source, [...goesOn, ...kept]);
  return kept.length === begun.length;
}

async function forget(sql: Sql, before: number): Promise<number> {
  const forgotten = await sql(
    `delete from alert_episodes where greatest(end_told_at, contradicted_at) < $1
       or (end_told_at is null and last_told_at < ${databaseNow} - $2::float8 * interval '1 ms')`,
    [instant(before), silentForgottenMs],
  );
  await sql('delete from alert_hearings where until_at < $1', [instant(before)]);
  await sql('update alert_sources set forgot_until = greatest(forgot_until, $1)', [instant(before)]);
  return forgotten.rowCount;
}
