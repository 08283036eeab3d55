import { eventAbout, isAtRest, type JudgedReading } from '@lastgood/domain';
import { createPool, sqlOf } from '@lastgood/store/connection/pool';
import { inTransaction } from '@lastgood/store/connection/transaction';
import { channel, createTopicSender } from '@lastgood/store/replica/send-topics';
import type { ReadingMemory } from '@lastgood/store/slot/chunk-memory';
import { writeDefinitions } from '@lastgood/store/slot/write-definitions';
import { insertReadings, writeReadings } from '@lastgood/store/slot/write-readings';
import { writeCommit } from '@lastgood/store/write/write-commit';
import pg from 'pg';
import { slotMs } from './whole-tick.ts';

/** A second's worth of what one way achieves. */
export interface Written {
  /** Readings as a tick writes them: those at rest in packs, the others in one statement, eight chunks at a time. */
  asTick: number;
  /** Readings in a row each, by one statement a chunk, eight chunks at a time. */
  inBulk: number;
  /** Readings in a row each, one after another, each committed. */
  oneByOne: number;
}

const chunkSize = 1_000;
const singles = 1_000;
/** As a tick does it. */
const chunksAtOnce = 8;

/** Writes the readings of a tick again, for slots to come. */
export async function writeAgain(databaseUrl: string, readings: readonly JudgedReading[]): Promise<Written> {
  const pool = createPool(databaseUrl, chunksAtOnce);
  const sql = sqlOf(pool);
  let slot = Math.max(...readings.map((one) => one.slot)) + slotMs;
  const later = () => {
    slot += slotMs;
    return readings.map((one) => ({ ...one, slot }));
  };
  const chunksOf = (all: readonly JudgedReading[]) =>
    Array.from({ length: Math.ceil(all.length / chunkSize) }, (_, n) =>
      all.slice(n * chunkSize, (n + 1) * chunkSize),
    );
  const timed = async (rounds: number, write: (rows: readonly JudgedReading[]) => Promise<number>) => {
    let [rows, ms] = [0, 0];
    // The first is there to compile and to plan.
    for (let turn = 0; turn <= rounds; turn += 1) {
      const given = later();
      const began = performance.now();
      const written = await write(given);
      if (turn === 0) continue;
      ms += performance.now() - began;
      rows += written;
    }
    return (rows / ms) * 1_000;
  };
  try {
    const { digestOf } = await writeDefinitions(sql, readings);
    const [definition] = readings.map(digestOf);
    // As a tick has it of each chunk that it judged the slot before.
    const known: ReadingMemory[] = [];
    const asTick = await timed(4, async (rows) => {
      await atOnce(chunksOf(rows), async (some, chunk) => {
        const claim = { slot, chunk: 1_000 + chunk, replica: 'bench' };
        const commit = { readings: [...some], lateMs: 0, states: [], asks: [], tripped: [] };
        const packed = new Set(some.filter((one) => isAtRest(one)));
        known[chunk] = await inTransaction(pool, (inside) =>
          writeReadings(inside, claim, commit, packed, known[chunk]),
        );
      });
      return rows.length;
    });
    const inBulk = await timed(4, async (rows) => {
      await atOnce(chunksOf(rows), (some) =>
        inTransaction(pool, (inside) => insertReadings(inside, 0, some, () => definition)),
      );
      return rows.length;
    });
    const oneByOne = await timed(1, async (rows) => {
      for (const one of rows.slice(0, singles)) await insertReadings(sql, 0, [one], () => definition);
      return Math.min(singles, rows.length);
    });
    return { asTick, inBulk, oneByOne };
  } finally {
    await pool.end();
  }
}

/** Each in its turn, several at a time. */
async function atOnce<T>(all: readonly T[], act: (one: T, index: number) => Promise<unknown>): Promise<void> {
  const waiting = all.entries();
  const lane = async () => {
    for (const [index, one] of waiting) await act(one, index);
  };
  await Promise.all(Array.from({ length: chunksAtOnce }, lane));
}

/** Commits a second that tell nobody, those that tell as ours do, after the commit, and those that do in it. */
export interface Committed {
  untold: number;
  told: number;
  toldWithin: number;
}

const lanes = 8;
const turnMs = 1_000;
const turns = 8;

/** Small commits from several connections, while somebody listens; by turns, so that what else goes on meets all alike. */
export async function commitAndTell(databaseUrl: string): Promise<Committed> {
  const pool = createPool(databaseUrl, lanes + 2);
  const listener = new pg.Client({ connectionString: databaseUrl });
  await listener.connect();
  await listener.query(`listen ${channel}`);
  const topics = createTopicSender(sqlOf(pool));
  const event = eventAbout({
    type: 'service.applied',
    at: Date.now(),
    service: 'main/team-0/bench',
    text: 'bench',
  });
  const commit = (within: boolean) =>
    inTransaction(pool, async (sql) => {
      const written = await writeCommit(sql, { events: [event] }, { route: () => [], now: Date.now() });
      if (within) await sql('select pg_notify($1, $2)', [channel, written.topics.join(',')], 'prepared');
      return written.topics;
    });
  const counts = { untold: 0, told: 0, toldWithin: 0 };
  const ways: Record<keyof Committed, () => Promise<void>> = {
    untold: async () => void (await commit(false)),
    told: async () => topics.send(await commit(false)),
    toldWithin: async () => void (await commit(true)),
  };
  const rates: Committed = { ...counts };
  try {
    for (let turn = -1; turn < turns; turn += 1)
      for (const way of Object.keys(ways) as (keyof Committed)[]) {
        const until = performance.now() + turnMs;
        const lane = async () => {
          let done = 0;
          for (; performance.now() < until; done += 1) await ways[way]();
          return done;
        };
        const done = await Promise.all(Array.from({ length: lanes }, lane));
        if (turn >= 0) rates[way] += done.reduce((sum, one) => sum + one, 0) / turns / (turnMs / 1_000);
      }
    return rates;
  } finally {
    await topics.settled();
    await listener.end();
    await pool.end();
  }
}
