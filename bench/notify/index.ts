import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { migrate } from '@lastgood/store/migrate/migrate';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { withClient } from '../screens/seed.ts';
import { goalsOf } from './goals.ts';
import { measureAll } from './measure.ts';
import { seedAlerts } from './seed-alerts.ts';
import { type OutboxSize, perIncident, seedOutbox } from './seed-outbox.ts';

/*
 * What it costs to tell people while much is waiting, and to read what was told of alerts: the store's own statements on the embedded
 * PostgreSQL. Three tables of each, so that it is seen what grows: a small one, one with a long past and as little that waits, and one of both.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    items: { type: 'string', default: '10000' },
    alerts: { type: 'string', default: '10000' },
    times: { type: 'string', default: '20' },
  },
});
const [items, alerts, times] = [values.items, values.alerts, values.times].map(Number) as [
  number,
  number,
  number,
];

const postgres = await startBenchPostgres();
try {
  const few = { delivered: items * 0.06, waiting: items * 0.04 };
  // The first one warms up what runs the others, and is not counted.
  await measured('warming up', few, alerts / 10);
  const small = await measured('small', few, alerts / 10);
  const past = await measured('past', { ...few, delivered: items * 0.6 }, alerts / 10);
  const large = await measured('large', { delivered: items * 0.6, waiting: items * 0.4 }, alerts);
  process.stdout.write(
    `PostgreSQL ${postgres.version}, Node ${process.version}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  reportGoals(goalsOf({ small, past, large }));
} finally {
  await postgres.stop();
}

async function measured(name: string, size: OutboxSize, told: number) {
  const databaseUrl = await postgres.createDatabase(name.replace(' ', '_'));
  await migrate(databaseUrl);
  await withClient(databaseUrl, async (client) => {
    await seedOutbox(client, size);
    await seedAlerts(client, told);
  });
  const found = await measureAll(databaseUrl, { times, incidents: Math.floor(size.delivered / perIncident) });
  for (const [what, { p50, p90 }] of found)
    process.stdout.write(
      `${name}: ${size.delivered} delivered, ${size.waiting} waiting, ${told} alerts  ${what.padEnd(12)} p50 ${round(p50)} ms, p90 ${round(p90)} ms\n`,
    );
  return found;
}
