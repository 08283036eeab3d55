import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { act } from '../acting/act.ts';
import type { CountedCluster } from '../cluster-process.ts';
import type { BenchPostgres } from '../executor/postgres.ts';
import { round } from '../goal.ts';
import { startLiveClients } from '../live/clients-process.ts';
import { withClient } from '../screens/seed.ts';
import { type MeasuredServer, startMeasuredServer } from '../server-process.ts';
import { median, percentile } from '../statistics.ts';
import { startScrapedPrometheus } from '../triggers/scraped-prometheus.ts';
import { askEndpoints, type Endpoint, type EndpointCost } from './ask-endpoints.ts';
import { declareWorld, releaseWorld } from './watched-world.ts';

export interface Pressed {
  /** Of a rollback's POST in ms, p99: while nothing is judged and nobody listens, and while a slot is judged with all sockets open. */
  idle: number;
  during: number;
  /** How many fell into a tick; those that were refused. */
  count: number;
  failed: number;
  /** What the endpoints answer while everything is judged. */
  answers: Map<Endpoint, EndpointCost>;
}

interface Given {
  postgres: BenchPostgres;
  cluster: CountedCluster;
  services: number;
  sockets: number;
  seconds: number;
  print: (text: string) => void;
}

const busySlotSeconds = 5;

/**
 * Everything is watched, by the shipped triggers, over a real Prometheus. First a server whose slots are an hour apart, then one that
 * judges all of it every few seconds, while sockets listen to it: only what was pressed while a slot was judged counts.
 */
export async function pressDuringTicks(given: Given): Promise<Pressed> {
  const { postgres, cluster, services, print } = given;
  const databaseUrl = await postgres.createDatabase('pressed');
  const prometheus = await startScrapedPrometheus(services);
  const serve = (intervalSeconds: number) =>
    startMeasuredServer({
      ...{ databaseUrl, kubeconfig: cluster.kubeconfig },
      config: `evaluator: { intervalSeconds: ${intervalSeconds} }
metrics: { main: { url: "${prometheus.url}", maxBytes: 16777216 } }
limits: { acting: { perSecond: 1000 }, asking: { perSecond: 1000 } }
log: { level: warn }
`,
    });
  try {
    // Its start makes the tables.
    await (await serve(3_600)).stop();
    await declareWorld(databaseUrl, cluster, services);
    return await withClient(databaseUrl, async (database) => {
      const quiet = await serve(3_600);
      let idle: number[];
      let deployments: string[];
      try {
        deployments = await releaseWorld(database, cluster, services);
        print(`${services} services are declared, a second release of each is watched`);
        // Until what follows the releases has come to rest.
        await sleep(10_000);
        idle = (await act(quiet.url, null, deployments, given.seconds * 500)).rollbacks;
      } finally {
        await quiet.stop();
      }
      const busy = await serve(busySlotSeconds);
      try {
        const during = await pressWhileJudged(given, busy, database, deployments);
        print(
          `idle: rollback POST in ms p50 ${round(median(idle))}, p99 ${round(percentile(idle, 0.99))}, slowest ${round(Math.max(...idle))}, of ${idle.length}`,
        );
        const answers = await askEndpoints(busy, 5);
        return { ...during, idle: percentile(idle, 0.99), answers };
      } finally {
        await busy.stop();
      }
    });
  } finally {
    await prometheus.stop();
  }
}

async function pressWhileJudged(
  { sockets, seconds, print }: Given,
  server: MeasuredServer,
  database: pg.Client,
  deployments: string[],
): Promise<Omit<Pressed, 'idle' | 'answers'>> {
  const clients = await startLiveClients();
  try {
    await clients.open('read', Number(new URL(server.url).port), sockets);
    // The first slots after a start, in which everything is read for the first time.
    await sleep(4 * busySlotSeconds * 1_000);
    await clients.report();
    const { rollbacks, began, failed } = await act(server.url, null, deployments, seconds * 1_000);
    for (const one of failed.slice(0, 3)) print(`  ${one}`);
    const { arrivals } = await clients.report();
    const ticks = await ticksOf(database);
    const inTick = rollbacks.filter((ms, index) => {
      const at = began[index] ?? 0;
      return ticks.some(({ from, to }) => at < to && at + ms > from);
    });
    const lasting = ticks.map(({ from, to }) => to - from);
    print(
      `${sockets} sockets: a tick lasts ${round(median(lasting))} ms, ${round(arrivals.flat().length / sockets / Math.max(1, seconds / busySlotSeconds))} frames a slot and socket, heartbeats, standings and what the presses led to among them; server CPU ${round(await server.cpuSeconds())} s so far`,
    );
    print(
      `during a tick: rollback POST in ms p50 ${round(median(inTick))}, p99 ${round(percentile(inTick, 0.99))}, slowest ${round(Math.max(...inTick))}, of ${inTick.length} of ${rollbacks.length}`,
    );
    return { during: percentile(inTick, 0.99), count: inTick.length, failed: failed.length };
  } finally {
    await clients.stop();
  }
}

/** When a slot was judged, from its first chunk's claim to the end of its last one, epoch milliseconds. */
async function ticksOf(database: pg.Client): Promise<{ from: number; to: number }[]> {
  const found = await database.query(
    `select extract(epoch from min(started)) * 1000 as "from", extract(epoch from max(finished)) * 1000 as "to" from slots
     where finished is not null group by slot`,
  );
  return found.rows.map(({ from, to }) => ({ from: Number(from), to: Number(to) }));
}
