import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, query, sums, untilEnded } from './account.ts';
import { type ClusterProcess, startCluster } from './cluster-process.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { report, sized } from './goals.ts';
import { inLanes } from './lanes.ts';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts';
import { type ReplicaProcess, startReplica, until } from './replica-process.ts';

/*
 * R4: PostgreSQL is killed with many runs in flight and comes back a moment later. Two whole servers carry the runs.
 */
let cluster: ClusterProcess;
let postgres: OwnPostgres;
let fleet: Fleet;

beforeAll(async () => {
  [cluster, postgres] = await Promise.all([startCluster(), startOwnPostgres()]);
  fleet = createFleet(postgres.url, cluster);
});
afterAll(async () => {
  await fleet.close();
  await cluster.stop();
  await postgres.remove();
});

test('R4: PostgreSQL killed with runs in flight', async (context) => {
  const [rounds, inFlight] = [sized(10, 1), sized(200, 24)];
  const orders = {
    databaseUrl: postgres.url,
    kubeconfig: cluster.kubeconfig,
    loops: 'all',
    atOnce: 32,
  } as const;
  const replicas = await Promise.all([startReplica(orders), startReplica(orders)]);
  const took: number[] = [];
  let lost = 0;
  let doubled = 0;
  let readyThough = 0;
  for (let round = 0; round < rounds; round++) {
    const result = await killOnce(replicas, inFlight);
    took.push(result.tookMs);
    lost += result.lost;
    doubled += result.doubled;
    readyThough += result.readyThough;
  }
  const exited = replicas.filter((replica) => replica.endedAt() !== null).length;
  await Promise.all(replicas.map((replica) => replica.kill()));
  const size = `of ${rounds} x ${inFlight} runs`;
  const slowest = Math.max(...took);
  report(context, [
    { goal: 'R4', what: `lost, ${size}`, value: lost, bound: 0 },
    { goal: 'R4', what: `doubled, ${size}`, value: doubled, bound: 0 },
    {
      goal: 'R4',
      what: 'ms until the last run ended, worst round',
      value: slowest,
      bound: 5_000,
      shareBound: 40_000,
    },
    { goal: 'R4', what: 'processes that exited', value: exited, bound: 0 },
    { goal: 'R4', what: 'readiness answers other than 503 meanwhile', value: readyThough, bound: 0 },
  ]);
});

async function killOnce(replicas: readonly ReplicaProcess[], inFlight: number) {
  const services = Array.from({ length: inFlight });
  // Without replicas: what is measured is the engine, not how fast a simulator brings pods up.
  const released = await inLanes(services, 8, () => fleet.release(['Deployment'], 0));
  const runs = await Promise.all(released.map((one) => fleet.queue(one)));
  const ids = runs.map(({ id }) => id);
  await until('the first run to be carried out', async () => (await active(ids, ['running'])) > 0);
  const unended = await active(ids, ['queued', 'running']);
  expect(unended).toBe(inFlight);
  await postgres.kill();
  const statuses = await readiness(replicas, 1_500);
  const starting = postgres.start();
  const backAt = await until('PostgreSQL', async () => (await answers()) && Date.now());
  await starting;
  await untilEnded(postgres.url, ids);
  const [last] = await query<{ at: Date }>(
    postgres.url,
    'select max(finished_at) as at from runs where id = any($1)',
    [ids],
  );
  const account = sums([await accountOf(postgres.url, cluster, ids)]);
  await until('readiness', async () => (await readiness(replicas, 0)).every((status) => status === 200));
  return {
    ...account,
    tookMs: (last?.at.getTime() ?? Number.NaN) - backAt,
    readyThough: statuses.filter((status) => status !== 503).length,
  };
}

async function active(ids: readonly string[], statuses: readonly string[]): Promise<number> {
  const text = 'select id from runs where id = any($1) and status = any($2)';
  return (await query(postgres.url, text, [ids, statuses])).length;
}

async function answers(): Promise<boolean> {
  return query(postgres.url, 'select 1').then(
    () => true,
    () => false, // not back yet
  );
}

/** What every replica's `/readyz` says, again and again for this long, and at least once. */
async function readiness(replicas: readonly ReplicaProcess[], forMs: number): Promise<number[]> {
  const statuses: number[] = [];
  const end = Date.now() + forMs;
  do {
    for (const { url } of replicas) statuses.push((await fetch(`${url}/readyz`)).status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < end);
  return statuses;
}
