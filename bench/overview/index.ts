import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrate } from '@lastgood/store/migrate/migrate';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { type Goal, reportGoals, round } from '../goal.ts';
import { startMetricSource } from '../metric-source.ts';
import { seed } from '../screens/seed.ts';
import { startMeasuredServer } from '../server-process.ts';
import { askEndpoints, type Endpoint, type EndpointCost } from './ask-endpoints.ts';
import { type Pressed, pressDuringTicks } from './press-during-ticks.ts';
import { seedPast } from './seed-past.ts';

/*
 * What a large fleet costs who looks at it and who acts in it: the endpoints of the pages for the overview and the past at 2,000 services
 * and at 100, and a rollback that is pressed while a whole fleet is judged and a thousand listen. The real server in a process of its own.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    services: { type: 'string', default: '2000' },
    few: { type: 'string', default: '100' },
    times: { type: 'string', default: '40' },
    watched: { type: 'string', default: '2000' },
    sockets: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '80' },
    only: { type: 'string' },
  },
});
const [many, few, times, watched, sockets, seconds] = [
  values.services,
  values.few,
  values.times,
  values.watched,
  values.sockets,
  values.seconds,
].map(Number) as [number, number, number, number, number, number];
const print = (text: string) => process.stdout.write(`${text}\n`);

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
try {
  const goals: Goal[] = [];
  if (values.only !== 'press') {
    const [small, large] = [await costsOf(few), await costsOf(many)];
    for (const [endpoint, cost] of large) goals.push(...goalsOf(endpoint, cost, small.get(endpoint)));
  }
  if (values.only !== 'endpoints') {
    const pressed = await pressDuringTicks({ postgres, cluster, services: watched, sockets, seconds, print });
    goals.push(pressGoal(pressed), ...judgedGoals(pressed));
  }
  print(
    `PostgreSQL ${postgres.version}, Node ${process.version}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  reportGoals(goals);
} finally {
  await cluster.stop();
  await postgres.stop();
}

async function costsOf(services: number): Promise<Map<Endpoint, EndpointCost>> {
  const databaseUrl = await postgres.createDatabase(`overview_${services}`);
  await migrate(databaseUrl);
  await seed(databaseUrl, services);
  await seedPast(databaseUrl);
  const source = await startMetricSource();
  const server = await startMeasuredServer({
    ...{ databaseUrl, kubeconfig: cluster.kubeconfig },
    config: `metrics: { main: { url: "${source.url}" } }\nlimits: { reading: { perSecond: 1000 } }\nlog: { level: error }\n`,
  });
  try {
    // What a start has to do is done.
    await sleep(10_000);
    const costs = await askEndpoints(server, times);
    for (const [endpoint, { p50, p95, bytes, cpuMs }] of costs)
      print(
        `${services} services  ${endpoint.padEnd(12)} p50 ${round(p50)} ms, p95 ${round(p95)} ms, ${round(cpuMs)} ms of the server's CPU, ${bytes} bytes`,
      );
    return costs;
  } finally {
    await server.stop();
    source.stop();
  }
}

function goalsOf(
  endpoint: Endpoint,
  { p50, p95, bytes }: EndpointCost,
  small: EndpointCost | undefined,
): Goal[] {
  const over = small?.p50 ?? Number.NaN;
  return [
    {
      ...{ id: `O1-growth.${endpoint}`, value: p50 / over, bound: 4, keep: 'at-most' },
      what: `times as long as with ${few} services, medians; with ${many} it is ${round(p50)} ms`,
    },
    {
      ...{ id: `O2-ms.${endpoint}`, value: p95, bound: 200, keep: 'at-most' },
      what: `ms for an answer with ${many} services, p95`,
    },
    {
      ...{ id: `O3-kilobytes.${endpoint}`, value: bytes / 1_000, bound: 250, keep: 'at-most' },
      what: `KB of an answer with ${many} services, unpacked`,
    },
  ];
}

/** The rows of services that are judged have readings in them, those of `seed` have none. */
function judgedGoals({ answers }: Pressed): Goal[] {
  return [...answers].map(([endpoint, { bytes }]) => ({
    ...{ id: `O3-kilobytes.${endpoint}.judged`, value: bytes / 1_000, bound: 250, keep: 'at-most' },
    what: `KB of an answer while all ${watched} are judged, unpacked`,
  }));
}

function pressGoal({ idle, during, count, failed }: Pressed): Goal {
  return {
    ...{ id: 'O4-press', bound: Math.max(2 * idle, idle + 50), keep: 'at-most' },
    value: failed > 0 || count === 0 ? Number.NaN : during,
    what: `ms for a rollback's POST during a tick over ${watched} deployments with ${sockets} sockets, p99 of ${count}; idle ${round(idle)}; one that is refused counts as short`,
  };
}
