import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { type MeasuredServer, startMeasuredServer } from '../server-process.ts';
import { median, percentile } from '../statistics.ts';
import { image, manifest } from '../watched-workload.ts';

/*
 * What many services cost while nothing happens to them, counted at the API server, and how soon a deploy that nobody
 * registered is in the database: the real server, a real PostgreSQL and a cluster, each in a process of its own.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    services: { type: 'string', default: '1000' },
    deploys: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
  },
});
const [services, deploys, seconds] = [values.services, values.deploys, values.seconds].map(Number) as [
  number,
  number,
  number,
];
const print = (text: string) => process.stdout.write(`${text}\n`);
const nameOf = (n: number) => `web-${n}`;
const workloads = '/apis/apps/v1/namespaces/shop/deployments';

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
try {
  await inTurns(services, 8, (n) => cluster.send('POST', workloads, manifest(nameOf(n))));
  print(`${services} workloads are in the cluster`);
  const databaseUrl = await postgres.createDatabase('idle');
  const server = await startMeasuredServer({
    ...{ databaseUrl, kubeconfig: cluster.kubeconfig },
    config: 'limits: { asking: { perSecond: 1000 } }\n',
  });
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await measure({ server, database });
  } finally {
    await database.end();
    await server.stop();
  }
} finally {
  await cluster.stop();
  await postgres.stop();
}

interface Measured {
  server: MeasuredServer;
  database: pg.Client;
}

async function measure(measured: Measured): Promise<void> {
  const { server } = measured;
  await inTurns(services, 4, (n) => server.put(`/services/main/shop/${nameOf(n)}`, declaration(nameOf(n))));
  print(`${services} services are declared; PostgreSQL ${postgres.version}, Node ${process.version}`);
  await sleep(20_000);
  const idle = await measureIdle(measured);
  const took = await measureDetection(measured);
  print(`${availableParallelism()} cores, load average afterwards ${loadavg()[0]?.toFixed(1)}`);
  print(
    `detection of ${took.length} deploys in ms: p50 ${round(median(took))}, slowest ${round(Math.max(...took))}`,
  );
  reportGoals([
    {
      id: 'I1',
      what: `requests a second at the API server, ${services} idle services, over ${seconds} s`,
      value: idle,
      bound: 5,
      keep: 'at-most',
    },
    {
      id: 'I2',
      what: 'detection of a deploy in ms, p95; one that was not detected counts as short',
      value: took.length < deploys ? Number.NaN : percentile(took, 0.95),
      bound: 2_000,
      keep: 'at-most',
    },
  ]);
}

async function measureIdle({ server, database }: Measured): Promise<number> {
  const [before, cpuBefore, began] = [await cluster.counted(), await server.cpuSeconds(), performance.now()];
  const [spentBefore, walBefore] = [await transactions(database), await walBytes(database)];
  await sleep(seconds * 1_000);
  const after = await cluster.counted();
  const tookSeconds = (performance.now() - began) / 1_000;
  const rows = Object.entries(after)
    .map(([what, count]) => [what, count - (before[what] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  for (const [what, count] of rows) print(`  ${count} x ${what}`);
  const cpu = (await server.cpuSeconds()) - cpuBefore;
  const walPerHour = (((await walBytes(database)) - walBefore) / tookSeconds) * 3_600;
  print(`idle: write-ahead log ${round(walPerHour / 1_000_000)} MB an hour`);
  print(
    `idle: server CPU ${round((100 * cpu) / tookSeconds)} %, transactions of the database ${round(((await transactions(database)) - spentBefore) / tookSeconds)}/s`,
  );
  return rows.reduce((sum, [, count]) => sum + count, 0) / tookSeconds;
}

async function walBytes(database: pg.Client): Promise<number> {
  const found = await database.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes");
  return found.rows[0].bytes;
}

async function transactions(database: pg.Client): Promise<number> {
  const found = await database.query(
    'select xact_commit::float8 as count from pg_stat_database where datname = current_database()',
  );
  return found.rows[0].count;
}

/** From the moment the API server has taken a new image until the deployment can be read from the database. */
async function measureDetection({ database }: Measured): Promise<number[]> {
  const setAt = new Map<string, number>();
  const took = new Map<string, number>();
  const distance = Math.floor(services / deploys);
  const deploying = (async () => {
    for (let n = 0; n < deploys; n += 1) {
      const name = nameOf(n * distance);
      const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(2) }];
      await cluster.send('PATCH', `${workloads}/${name}`, body, 'application/json-patch+json');
      setAt.set(`main/shop/${name}`, performance.now());
      await sleep(200);
    }
  })();
  for (let until = performance.now() + deploys * 200 + 30_000; performance.now() < until; await sleep(20)) {
    const found = await database.query(
      "select service_key as key from deployments where release = 2 and origin = 'detected'",
    );
    const now = performance.now();
    for (const { key } of found.rows as { key: string }[])
      if (!took.has(key)) took.set(key, now - (setAt.get(key) ?? now));
    if (took.size === deploys) break;
  }
  await deploying;
  return [...took.values()];
}

async function inTurns(count: number, atOnce: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await run(n);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function declaration(name: string): object {
  return { environment: 'bench', workloads: [{ kind: 'Deployment', name }] };
}
