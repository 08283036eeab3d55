import { createHash } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { startMetricSource } from '../metric-source.ts';
import { type MeasuredServer, startMeasuredServer } from '../server-process.ts';
import { median, percentile } from '../statistics.ts';
import { image, manifest } from '../watched-workload.ts';
import { act } from './act.ts';
import { startLoad } from './load-process.ts';

/*
 * What readers can do to those who act: the real server, a real PostgreSQL, a cluster and the readers, each in a process of its own.
 * Quiet, then under load, then under the same load with limits so high that they bound nothing, for comparison.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    services: { type: 'string', default: '100' },
    watched: { type: 'string', default: '20' },
    'per-second': { type: 'string', default: '1000' },
    'slow-readers': { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
  },
});
const [services, watched, perSecond, slowReaders, seconds] = [
  values.services,
  values.watched,
  values['per-second'],
  values['slow-readers'],
  values.seconds,
].map(Number) as [number, number, number, number, number];
const intervalSeconds = 5;
const print = (text: string) => process.stdout.write(`${text}\n`);
const nameOf = (n: number) => `web-${n}`;
const workloads = '/apis/apps/v1/namespaces/shop/deployments';
const readerTokens = Array.from({ length: slowReaders }, (_, n) => `reader-${n}`);
const [flooding, acting] = ['flood', 'ada'];

const boundless = `limits:
  reading: { perSecond: 1000000, atOnce: 10000 }
  asking: { perSecond: 1000000, atOnce: 10000 }
`;

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
const source = await startMetricSource();
try {
  for (let n = 0; n < services; n += 1) await cluster.send('POST', workloads, manifest(nameOf(n)));
  const databaseUrl = await postgres.createDatabase('acting');
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const bounded = await withServer(databaseUrl, '', async (server) => {
      const deployments = await release(server, database);
      const quiet = await measure('quiet', server, database, deployments, false);
      const loaded = await measure('under load', server, database, deployments, true);
      return { quiet, loaded };
    });
    await withServer(databaseUrl, boundless, async (server) => {
      await measure('under load without bounds', server, database, await bad(database), true);
    });
    print(`${availableParallelism()} cores, load average afterwards ${loadavg()[0]?.toFixed(1)}`);
    reportGoals([
      {
        id: 'S10-post-p99',
        what: `ms until a rollback was accepted, p99, under ${perSecond} requests a second of one caller and ${slowReaders} slow readers; one that was refused counts as short`,
        value: bounded.loaded.failed > 0 ? Number.NaN : bounded.loaded.p99,
        bound: 500,
        keep: 'at-most',
      },
      {
        id: 'S10-evaluator-late',
        what: 'ms after its slot that the evaluator had judged it, the latest; a slot that was skipped counts as short',
        value: bounded.loaded.late,
        bound: 500,
        keep: 'at-most',
      },
    ]);
  } finally {
    await database.end();
  }
} finally {
  source.stop();
  await cluster.stop();
  await postgres.stop();
}

async function withServer<T>(
  databaseUrl: string,
  limits: string,
  work: (server: MeasuredServer) => Promise<T>,
): Promise<T> {
  const token = (name: string) => `  - { name: ${name}, sha256: ${hash(name)} }\n`;
  const tokens = [...readerTokens, flooding, acting].map((name) => `  ${token(name)}`).join('');
  const server = await startMeasuredServer({
    databaseUrl,
    kubeconfig: cluster.kubeconfig,
    config: `server:
  tokens:
${tokens}evaluator: { intervalSeconds: ${intervalSeconds} }
metrics: { main: { url: "${source.url}" } }
log: { level: warn }
${limits}`,
  });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Declares the services and deploys a second version of each; the deployments that are watched then. */
async function release(server: MeasuredServer, database: pg.Client): Promise<string[]> {
  for (let n = 0; n < services; n += 1)
    await server.put(`/services/main/shop/${nameOf(n)}`, {
      environment: 'bench',
      workloads: [{ kind: 'Deployment', name: nameOf(n) }],
    });
  for (let n = 0; n < watched; n += 1) {
    const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(2) }];
    await cluster.send('PATCH', `${workloads}/${nameOf(n)}`, body, 'application/json-patch+json');
  }
  for (let tries = 0; tries < 120; tries += 1) {
    const found = await bad(database);
    if (found.length === watched) {
      print(
        `${services} services, a release of ${watched} is watched; PostgreSQL ${postgres.version}, Node ${process.version}`,
      );
      return found;
    }
    await sleep(1_000);
  }
  throw new Error('the second releases were not detected');
}

async function bad(database: pg.Client): Promise<string[]> {
  const found = await database.query('select id from deployments where release = 2 order by id');
  return found.rows.map(({ id }) => id as string);
}

interface Measured {
  p99: number;
  late: number;
  failed: number;
}

async function measure(
  what: string,
  server: MeasuredServer,
  database: pg.Client,
  deployments: string[],
  withLoad: boolean,
): Promise<Measured> {
  await sleep(5_000);
  const before = await server.memory();
  const load = withLoad
    ? startLoad({
        url: server.url,
        flood: {
          token: flooding,
          perSecond,
          paths: ['/api/v1/runs?limit=200', '/api/v1/now', '/api/v1/status', '/api/v1/events?limit=200'],
        },
        slowReaders: {
          tokens: readerTokens,
          paths: ['/api/v1/deployments?limit=200', '/api/v1/now', '/api/v1/services?limit=200'],
        },
      })
    : null;
  // The load comes up to its full strength.
  if (load) await sleep(5_000);
  const [began, cpuBefore] = [await clock(database), await server.cpuSeconds()];
  const peak = { resident: 0 };
  const acted = act(server.url, acting, deployments, seconds * 1_000);
  let over = false;
  const watching = (async () => {
    for (; !over; await sleep(2_000))
      peak.resident = Math.max(peak.resident, (await server.memory()).resident);
  })();
  const { rollbacks, undos, failed } = await acted;
  over = true;
  await watching;
  const cpu = (100 * ((await server.cpuSeconds()) - cpuBefore)) / seconds;
  const late = await lateness(database, began);
  const report = await load?.stop();
  const after = load ? await settled(server) : before;
  print(
    `${what}: rollback POST in ms: p50 ${round(median(rollbacks))}, p99 ${round(percentile(rollbacks, 0.99))}, slowest ${round(Math.max(...rollbacks))}, of ${rollbacks.length}; undo p99 ${round(percentile(undos, 0.99))}; refused ${failed.length}`,
  );
  for (const one of new Set(failed)) print(`  ${one}`);
  print(`  slots judged ${late.count}, latest ${round(late.ms)} ms late; server CPU ${round(cpu)} %`);
  if (report) {
    print(`  the flood: ${shown(report.flood)}; the slow readers: ${shown(report.slowReaders)}`);
    print(
      `  resident memory ${mb(before.resident)} before, ${mb(peak.resident)} at most, ${mb(after.resident)} after; heap ${mb(before.heap)} before, ${mb(after.heap)} after`,
    );
  }
  return { p99: percentile(rollbacks, 0.99), late: late.ms, failed: failed.length };
}

/** The latest of all slots since then; NaN when one was left out. */
async function lateness(database: pg.Client, since: number): Promise<{ ms: number; count: number }> {
  const until = await clock(database);
  const found = await database.query(
    `select count(distinct slot)::int as count, max(late_ms) as late, coalesce(sum(missed), 0)::int as missed,
       count(*) filter (where discarded)::int as discarded
     from slots where slot >= to_timestamp($1 / 1000.0) and slot < to_timestamp($2 / 1000.0) and finished is not null`,
    [since, until],
  );
  const { count, late, missed, discarded } = found.rows[0];
  const due = Math.floor(until / (intervalSeconds * 1_000)) - Math.ceil(since / (intervalSeconds * 1_000));
  // The newest may still be under way.
  const left = missed + discarded > 0 || count < due - 1;
  return { ms: left ? Number.NaN : Number(late), count };
}

async function clock(database: pg.Client): Promise<number> {
  const found = await database.query('select extract(epoch from clock_timestamp()) * 1000 as now');
  return Number(found.rows[0].now);
}

/** Garbage is collected when the process next needs room, so it is given some time and some to do. */
async function settled(server: MeasuredServer) {
  for (let looks = 0; looks < 15; looks += 1) {
    await sleep(2_000);
    await (await fetch(`${server.url}/api/v1/now`)).arrayBuffer();
  }
  return server.memory();
}

function shown(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ');
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
