import { availableParallelism, loadavg, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { startMetricSource } from '../metric-source.ts';
import { type MeasuredServer, startMeasuredServer } from '../server-process.ts';
import { type HardRequest, hardRequests } from './documents.ts';

/*
 * How long the loop that evaluates stands still while documents are sent that are much work to read: the real server in a
 * process of its own, as it tells on /metrics itself (its timer is due every 10 ms, which are part of every figure), with a
 * real PostgreSQL, a cluster, and a metric source that answers at once.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '5' },
    times: { type: 'string', default: '6' },
    only: { type: 'string' },
  },
});
const [rounds, times] = [Number(values.rounds), Number(values.times)];
const atOnce = 3;
const boundMs = 50;
const print = (text: string) => process.stdout.write(`${text}\n`);

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
const source = await startMetricSource();
try {
  const databaseUrl = await postgres.createDatabase('loop');
  const config = `evaluator: { intervalSeconds: 1 }
metrics: { main: { url: "${source.url}" } }
limits: { acting: { perSecond: 1000 }, asking: { perSecond: 1000 }, reading: { perSecond: 1000 } }
`;
  const server = await startMeasuredServer({
    databaseUrl,
    kubeconfig: cluster.kubeconfig,
    config,
  });
  try {
    preferred(server.pid);
    await measure(server);
  } finally {
    await server.stop();
  }
} finally {
  source.stop();
  await cluster.stop();
  await postgres.stop();
}

interface Stall {
  ms: number;
  everyTimeMs: number;
  statuses: string;
}

async function measure(server: MeasuredServer): Promise<void> {
  await server.put('/services/main/shop/web', { triggerSets: ['default'] });
  // What runs for the first time is not compiled yet, as after every start.
  await longestStallMs(server);
  const first: { what: string; ms: number }[] = [];
  for (const request of hardRequests) {
    await send(server, request);
    await sleep(30);
    first.push({ what: request.what, ms: await longestStallMs(server) });
  }
  const slowest = first.toSorted((a, b) => b.ms - a.ms).slice(0, 4);
  print(
    `the first of each kind after the start: ${slowest.map(({ what, ms }) => `${round(ms)} ms ${what}`).join(', ')}`,
  );
  const quiet: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    await sleep(1_000);
    quiet.push(await longestStallMs(server));
  }
  const rows: (Stall & { what: string })[] = [];
  for (const request of hardRequests.filter(({ what }) => what.includes(values.only ?? ''))) {
    rows.push({ what: request.what, ...(await stallOf(server, request)) });
  }
  for (const { what, ms, everyTimeMs, statuses } of rows.toSorted((a, b) => b.ms - a.ms))
    print(
      `  ${String(round(ms)).padStart(7)} ms, in every round ${round(everyTimeMs)}  ${what} (${statuses})`,
    );
  print(
    `without any of them, round by round: ${quiet.map(round).join(', ')} ms; Node ${process.version}, PostgreSQL ${postgres.version}`,
  );
  print(`${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`);
  reportGoals([
    {
      id: 'S13',
      what: `longest stall of the evaluator's process in ms, over ${rows.length} kinds of documents, the first after the start included`,
      value: Math.max(...[...first, ...rows].map(({ ms }) => ms)),
      bound: boundMs,
      keep: 'at-most',
    },
  ]);
}

/** The longest stall of all rounds, whatever caused it, and the shortest of the rounds' longest: what the document does every time. */
async function stallOf(server: MeasuredServer, request: HardRequest): Promise<Stall> {
  let [ms, everyTimeMs, statuses] = [0, Number.POSITIVE_INFINITY, ''];
  for (let turn = 0; turn < rounds; turn += 1) {
    await longestStallMs(server);
    statuses = await sendMany(server, request);
    // Its timer has been due at least once.
    await sleep(30);
    const stall = await longestStallMs(server);
    ms = Math.max(ms, stall);
    everyTimeMs = Math.min(everyTimeMs, stall);
  }
  return { ms, everyTimeMs, statuses };
}

/** Since it was asked last. */
async function longestStallMs({ url }: MeasuredServer): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const found = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics)?.[1];
  return Number(found ?? Number.NaN) * 1_000;
}

async function sendMany(server: MeasuredServer, request: HardRequest): Promise<string> {
  const statuses = new Map<number, number>();
  let left = times;
  const lane = async () => {
    while (left-- > 0) {
      const status = await send(server, request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
}

async function send({ url }: MeasuredServer, { method, path, body }: HardRequest): Promise<number> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: body === null ? {} : { 'content-type': 'application/json' },
    body,
  });
  await answer.arrayBuffer();
  if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.status;
}

/** Neighbours on the machine are no fault of the server's; where it may not be preferred, they are measured too. */
function preferred(pid: number): void {
  try {
    setPriority(pid, -15);
  } catch {
    print('its priority cannot be raised: what else runs here is part of the figures');
  }
}
