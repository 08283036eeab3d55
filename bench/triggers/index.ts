import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBenchPostgres } from '../executor/postgres.ts';
import { type Goal, reportGoals, round } from '../goal.ts';
import { compareSides } from './compare-sides.ts';
import { fillSeconds, shippedSet, triggers } from './fleet.ts';
import { cycleGoals, goalsAt, memoryGoals, writtenGoals } from './goals.ts';
import { runSlots } from './run-slots.ts';
import { startScrapedPrometheus } from './scraped-prometheus.ts';
import { filledAt, fillWithFleet } from './watched-fleet.ts';
import { openWholeTick } from './whole-tick.ts';
import { commitAndTell, writeAgain } from './written.ts';

/*
 * What watching a fleet costs, by the four triggers of the seed: a real Prometheus that has scraped an exporter, a real PostgreSQL, all
 * sides in one run, all for the same instant of the same data. Of (a) and (b), which keep nothing, time is from the first question to
 * the last answer read; of (c) it is the whole tick: claims, loads, asks, judges, commits, until the other replicas have heard; of (d) it is
 * what Prometheus says that its evaluation took.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    sizes: { type: 'string', default: '100,500,2000,10000' },
    rounds: { type: 'string', default: '5' },
    /** Beyond it one query after another takes minutes: not run. */
    'one-by-one-up-to': { type: 'string', default: '2000' },
    /** Run back to back, of so many deployments. */
    slots: { type: 'string', default: '240' },
    'slots-of': { type: 'string', default: '500' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const [rounds, oneByOneUpTo, slots, slotsOf] = [
  values.rounds,
  values['one-by-one-up-to'],
  values.slots,
  values['slots-of'],
].map(Number) as [number, number, number, number];
const print = (text: string) => process.stdout.write(`${text}\n`);
const seedSet = { name: 'seed', description: 'The four triggers of the seed.', triggers };

const postgres = await startBenchPostgres();
const prometheus = await startScrapedPrometheus(Math.max(...sizes, slotsOf));
try {
  const full = sleep(fillSeconds * 1_000);
  const databases = new Map<number, string>();
  for (const size of sizes) databases.set(size, await database(`fleet_${size}`, size));
  const [ofSlots, ofShipped] = [
    await database('slots', slotsOf),
    await database('shipped', Math.min(2_000, Math.max(...sizes)), shippedSet),
  ];
  await full;
  const at = await prometheus.freeze();
  print(
    `Prometheus ${prometheus.version}, PostgreSQL ${postgres.version}, Node ${process.version}, ${availableParallelism()} cores, load ${loadavg().map(round).join(' ')}, four triggers each`,
  );
  const goals: Goal[] = [];
  const cycles = new Map<number, number>();
  for (const [size, databaseUrl] of databases) {
    const compared = await compareSides(
      { prometheus, postgres, databaseUrl, size, at, rounds, oneByOneUpTo },
      print,
    );
    cycles.set(size, compared.whole.ms);
    goals.push(...goalsAt(size, compared));
    if (size !== Math.min(2_000, Math.max(...sizes))) continue;
    const written = await writeAgain(databaseUrl, compared.readings);
    print(
      `readings a second: ${round(written.asTick)} as a tick writes them, ${round(written.inBulk)} in rows by one statement a chunk, ${round(written.oneByOne)} one by one`,
    );
    const committed = await commitAndTell(databaseUrl);
    print(
      `commits a second: ${round(committed.untold)} untold, ${round(committed.told)} told after the commit as ours are, ${round(committed.toldWithin)} told in it`,
    );
    goals.push(...writtenGoals(written, committed));
  }
  goals.push(...cycleGoals(cycles));
  await printShipped(ofShipped, at);
  goals.push(
    ...memoryGoals(
      await runSlots({ prometheus: prometheus.url, databaseUrl: ofSlots, at, from: filledAt }, slots, print),
      slots,
      slotsOf,
    ),
  );
  reportGoals(goals);
} finally {
  await prometheus.stop();
  await postgres.stop();
}

async function database(name: string, count: number, set = seedSet): Promise<string> {
  const url = await postgres.createDatabase(name);
  await fillWithFleet(url, count, set, filledAt);
  return url;
}

/** For whoever wants to know what a new installation asks: not compared, the other sides have no such triggers. */
async function printShipped(databaseUrl: string, at: number): Promise<void> {
  const whole = await openWholeTick({ prometheus: prometheus.url, databaseUrl, at, from: filledAt });
  const took: number[] = [];
  let asked = 0;
  for (let turn = 0; turn < 4; turn += 1) {
    const { ms, answers } = await whole.tick();
    took.push(ms);
    asked = answers().size;
  }
  await whole.close();
  print(
    `all ${shippedSet.triggers.length} shipped triggers, ${asked} questions, whole ticks: ${took.map(round).join(', ')} ms`,
  );
}
