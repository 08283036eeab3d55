import { parseArgs } from 'node:util';
import { defaultBrakes, type FleetStanding } from '@lastgood/domain';
import { toStandings } from '@lastgood/server/endpoints/standing/read-standings';
import { createSourceBoard } from '@lastgood/server/outside/source-board';
import { createStore, type Store } from '@lastgood/store';
import { createVirtualTime } from '@lastgood/testkit/virtual-time';
import { reportGoals, round } from '../goal.ts';
import { median } from '../statistics.ts';
import { startMeasuredDatabase } from './database.ts';
import { createFleet, intervalMs } from './fleet.ts';

/*
 * What an hour of watching many services adds to the database and to its write-ahead log: the real monitor, follower and store on
 * the PostgreSQL that comes with the product, the hour driven as fast as it goes by a clock of its own.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    services: { type: 'string', default: '200' },
    standing: { type: 'string', default: '0' },
    slots: { type: 'string', default: '240' },
  },
});
const [services, standing, slots] = [values.services, values.standing, values.slots].map(Number) as [
  number,
  number,
  number,
];
const print = (text: string) => process.stdout.write(`${text}\n`);
const megabyte = 1_000_000;
/** PostgreSQL's own default is a checkpoint every five minutes. */
const checkpointEvery = 300_000 / intervalMs;
/** And autovacuum looks every minute. */
const vacuumEvery = 60_000 / intervalMs;

const database = await startMeasuredDatabase();
const time = createVirtualTime(Date.UTC(2026, 0, 5, 12));
const store = createStore({
  databaseUrl: database.url,
  notifiers: [{ name: 'hook', hears: 'people' }],
  now: time.now,
});
try {
  const fleet = createFleet(store, time, services, standing);
  await fleet.begin();
  await fleet.slot();
  await database.checkpoint();
  const before = await database.size();
  const askedBefore = fleet.asked.questions;
  let [judged, longestMs] = [0, 0];
  const began = performance.now();
  for (let n = 0; n < slots; n += 1) {
    const slotBegan = performance.now();
    judged += await fleet.slot();
    longestMs = Math.max(longestMs, performance.now() - slotBegan);
    if ((n + 1) % vacuumEvery === 0) await database.autovacuum();
    if ((n + 1) % checkpointEvery === 0) await database.checkpoint();
  }
  const after = await database.size();
  print(
    `${slots} slots of ${services} services and ${standing} that stand (${round(((fleet.asked.questions - askedBefore) / slots / intervalMs) * 60_000)} queries a minute, ${round(judged / slots)} watched) in ${round((performance.now() - began) / 1_000)} s, the slowest in ${round(longestMs)} ms; ${database.settings}`,
  );
  for (const { name, bytes, updates, hot } of await database.tables())
    print(
      `  ${round(bytes / megabyte)} MB ${name}${updates > 0 ? `, ${updates} updates, ${hot} of them HOT` : ''}`,
    );
  await printReads();
  const hours = (slots * intervalMs) / 3_600_000;
  reportGoals([
    {
      id: 'G1-database-per-hour',
      what: `MB that the database grew by in an hour, ${services} services watched by the default triggers`,
      value: (after.database - before.database) / megabyte / hours,
      bound: 31,
      keep: 'at-most',
    },
    {
      id: 'G2-wal-per-hour',
      what: 'MB of write-ahead log in that hour, full pages and a checkpoint every 5 minutes included',
      value: (after.wal - before.wal) / megabyte / hours,
      bound: 80,
      keep: 'at-most',
    },
  ]);
} finally {
  await store.close();
  await database.stop();
}

/** As the Now page and whoever listens has them. */
function judgeAll(rows: Awaited<ReturnType<Store['views']['standings']>>): FleetStanding {
  const judging = {
    ...{ intervalMs, standingMs: 60_000, outageToleranceMs: 300_000, brakes: defaultBrakes, readingSince: 0 },
    offsetMs: 0,
  };
  return toStandings(rows, { board: createSourceBoard(), judging }, time.now()).fleet();
}

/** How long screens wait for what was kept, and what the monitor reads before it judges. */
async function printReads(): Promise<void> {
  // One whose watch is over, where there was the time for that.
  const one = (await store.views.deployments({ limit: services + 1 })).at(-1);
  const { id = '', startedAt = 0, watchClosedAt = null } = one ?? {};
  const slot = time.now() - intervalMs;
  const reads: Record<string, (views: Store['views']) => Promise<unknown>> = {
    'how all services stand': (views) => views.standings(null, 240_000),
    'the same, judged': async (views) => judgeAll(await views.standings(null, 240_000)),
    'the Now page': (views) => views.now(0, [id]),
    'a deployment': (views) => views.deployment(id),
    'its charts': (views) => views.readings(id, startedAt, watchClosedAt ?? time.now()),
    'live readings of a slot': async (views) =>
      views.liveReadings(await views.judgedChunks(slot - intervalMs)),
    'live readings, none new': (views) => views.judgedChunks(slot),
  };
  for (const [what, read] of Object.entries(reads)) {
    const took: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const asked = performance.now();
      await read(store.views);
      took.push(performance.now() - asked);
    }
    print(`  reading ${what}: ${round(median(took))} ms`);
  }
}
