import type { ServiceCheck } from '@lastgood/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClusterProcess, startCluster } from './cluster-process.ts';
import { createFleet, type Fleet, type Released } from './fleet.ts';
import { report, sized } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';
import { type ReplicaProcess, startReplica, until } from './replica-process.ts';
import { faults, type Outcome, outcomeOf, query, sums, untilEnded } from './run-outcomes.ts';

/*
 * R4: PostgreSQL goes away with many runs in flight and comes back a moment later. Two whole servers carry the runs. All
 * have begun and none can end before it is gone: verification asks for a gate in the cluster that stands only afterwards.
 */
let cluster: ClusterProcess;
let postgres: KillablePostgres;
let fleet: Fleet;
/** The same services in every round: a fleet that grows would be measured instead. */
let services: Released[] = [];

beforeAll(async () => {
  [cluster, postgres] = await Promise.all([startCluster(), startKillablePostgres()]);
  fleet = createFleet(postgres.url, cluster);
});
afterAll(async () => {
  await fleet.close();
  await cluster.stop();
  await postgres.remove();
});

const inFlight = () => sized(200, 24);
/** How long PostgreSQL is away, at least; by then every check that waited is due. */
const awayMs = 2_000;

interface Round {
  outcome: Outcome;
  tookMs: number;
  readyThough: number;
}

test('R4: PostgreSQL is killed with runs in flight', async (context) => {
  const replicas = await bothReplicas();
  const rounds: Round[] = [];
  for (let round = 0; round < sized(10, 1); round++) rounds.push(await loseDatabase(replicas, postgres.kill));
  const exited = await ended(replicas);
  const outcomes = rounds.map(({ outcome }) => outcome);
  const { lost, doubled } = sums(outcomes);
  const size = `of ${rounds.length} x ${inFlight()} runs`;
  const slowest = Math.max(...rounds.map(({ tookMs }) => tookMs));
  const readyThough = rounds.reduce((sum, one) => sum + one.readyThough, 0);
  report(context, [
    { goal: 'R4', what: `lost, ${size}`, value: lost, bound: 0 },
    { goal: 'R4', what: `doubled, ${size}`, value: doubled, bound: 0 },
    {
      goal: 'R4',
      what: 'ms to the end of the last run, worst',
      value: slowest,
      bound: 5_000,
      shareBound: 40_000,
    },
    { goal: 'R4', what: 'processes that exited', value: exited, bound: 0 },
    { goal: 'R4', what: 'readiness answers other than 503 meanwhile', value: readyThough, bound: 0 },
  ]);
  expect(faults(outcomes)).toEqual([]);
});

test('R4: PostgreSQL is shut down and started again, as for maintenance', async (context) => {
  const replicas = await bothReplicas();
  const { outcome, readyThough } = await loseDatabase(replicas, postgres.shutDown);
  report(context, [
    { goal: 'R4', what: 'processes that exited at an orderly stop', value: await ended(replicas), bound: 0 },
    { goal: 'R4', what: 'ready in spite of it', value: readyThough, bound: 0 },
  ]);
  expect(faults([outcome])).toEqual([]);
});

function bothReplicas(): Promise<ReplicaProcess[]> {
  const orders = {
    databaseUrl: postgres.url,
    kubeconfig: cluster.kubeconfig,
    loops: 'all',
    atOnce: 32,
  } as const;
  return Promise.all([startReplica(orders), startReplica(orders)]);
}

async function ended(replicas: readonly ReplicaProcess[]): Promise<number> {
  const exited = replicas.filter((replica) => replica.endedAt() !== null).length;
  await Promise.all(replicas.map((replica) => replica.kill()));
  return exited;
}

async function loseDatabase(replicas: readonly ReplicaProcess[], lose: () => Promise<void>): Promise<Round> {
  services =
    services.length > 0
      ? await inParallel(services, 8, fleet.releaseAgain)
      : // One replica: what is measured is the engine, not how fast a simulator brings pods up.
        await inParallel(Array.from({ length: inFlight() }), 8, () =>
          fleet.release(['Deployment'], 1, [standing]),
        );
  const since = Date.now();
  const ids = (await inParallel(services, 8, fleet.queue)).map(({ id }) => id);
  const begun = "select id from runs where id = any($1) and status = 'running' and plan is not null";
  await until(
    'every run to begin',
    async () => (await query(postgres.url, begun, [ids])).length === ids.length,
  );
  await lose();
  const statuses = await readiness(replicas, awayMs);
  await cluster.create('StatefulSet', 'gate', 'shop/gate:v1', 1);
  const starting = postgres.start();
  const backAt = await until('PostgreSQL', async () => (await answers()) && Date.now());
  await starting;
  await untilEnded(postgres.url, ids);
  const newest = 'select max(finished_at) as at from runs where id = any($1)';
  const [last] = await query<{ at: Date | null }>(postgres.url, newest, [ids]);
  await cluster.remove('StatefulSet', 'gate');
  await until('readiness', async () => (await readiness(replicas, 0)).every((status) => status === 200));
  return {
    outcome: await outcomeOf(postgres.url, cluster, ids, since),
    tookMs: (last?.at?.getTime() ?? Number.POSITIVE_INFINITY) - backAt,
    readyThough: statuses.filter((status) => status !== 503).length,
  };
}

const standing: ServiceCheck = {
  name: 'the gate stands',
  type: 'kubernetes',
  workload: { kind: 'StatefulSet', name: 'gate' },
  passes: 1,
  timeoutMs: 300_000,
  everyMs: 2_000,
};

async function answers(): Promise<boolean> {
  return query(postgres.url, 'select 1').then(
    () => true,
    () => false, // not back yet
  );
}

/** What `/readyz` of those that live says, again and again for this long, and at least once. */
async function readiness(replicas: readonly ReplicaProcess[], forMs: number): Promise<number[]> {
  const statuses: number[] = [];
  const end = Date.now() + forMs;
  do {
    for (const { url, endedAt } of replicas)
      if (endedAt() === null) statuses.push((await fetch(`${url}/readyz`)).status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < end);
  return statuses;
}
