import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClusterProcess, startCluster } from './cluster-process.ts';
import { startDatabaseProxy } from './database-proxy.ts';
import { createFleet } from './fleet.ts';
import { report, sized } from './goals.ts';
import { type KillablePostgres, type Restore, startKillablePostgres } from './killable-postgres.ts';
import { type ReplicaProcess, startReplica, until } from './replica-process.ts';
import { faults, outcomeOf, query, untilEnded } from './run-outcomes.ts';

/*
 * R12: a backup is taken while runs are carried out; they go on; then the address of the database leads to the restored
 * backup, with all replicas alive and each holding runs.
 */
let cluster: ClusterProcess;

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

const restores: Restore[] = ['files', 'point-in-time', 'files', 'point-in-time', 'files', 'files'];

test('R12: what replicas hold of the old database is void in the restored one', async (context) => {
  const rounds = restores.slice(0, sized(restores.length, 1));
  const stale: string[] = [];
  let held = 0;
  let unraised = 0;
  for (const [index, restore] of rounds.entries()) {
    const round = await restoreUnderReplicas(restore, 500 + index * 300);
    stale.push(...round.stale);
    held += round.held;
    unraised += round.raised ? 0 : 1;
  }
  report(context, [
    {
      goal: 'R12',
      what: `stale writes accepted, of ${held} runs that were held`,
      value: stale.length,
      bound: 0,
    },
    { goal: 'R12', what: `restores not noticed, of ${rounds.length}`, value: unraised, bound: 0 },
  ]);
  expect(stale).toEqual([]);
  expect(held).toBeGreaterThan(0);
});

async function restoreUnderReplicas(restore: Restore, goOnForMs: number) {
  const original = await startKillablePostgres();
  const proxy = await startDatabaseProxy(original.url);
  const fleet = createFleet(original.url, cluster);
  // Long leases: a replica that is not told otherwise goes on believing.
  const orders = { databaseUrl: proxy.url, kubeconfig: cluster.kubeconfig, leaseMs: 10_000 };
  const replicas = await Promise.all([startReplica(orders), startReplica(orders)]);
  const released = await Promise.all(Array.from({ length: 6 }, () => fleet.release(['Deployment'])));
  // Each step takes its time, so that most runs are held at any moment.
  await cluster.addFault({
    match: { path: '/deployments/', userAgent: 'lastgood' },
    effect: { kind: 'slow', forMs: 1_500 },
  });
  const runs = await Promise.all(released.map((one) => fleet.queue(one)));
  await until('the first steps', () =>
    replicas.every(({ acts }) => acts.some(({ kind }) => kind === 'effect')),
  );
  const copy = await original.backUp(restore);
  await new Promise((resolve) => setTimeout(resolve, goOnForMs));
  await copy.start();
  const before = await incarnationOf(copy.url);
  const switchedAt = Date.now();
  proxy.retarget(copy.url);
  await cluster.clearFaults();
  const ids = runs.map(({ id }) => id);
  await untilEnded(copy.url, ids);
  const raised = await until(
    'a new life',
    async () => (await incarnationOf(copy.url)) > before,
    15_000,
  ).catch(
    () => false, // counted below
  );
  expect(faults([await outcomeOf(copy.url, cluster, ids)])).toEqual([]);
  const result = {
    stale: staleWrites(replicas, switchedAt),
    held: holdersAt(replicas, switchedAt),
    raised,
  };
  await Promise.all(replicas.map((replica) => replica.kill()));
  await fleet.close();
  await proxy.close();
  await removeAll([original, copy]);
  return result;
}

async function incarnationOf(databaseUrl: string): Promise<number> {
  const [row] = await query<{ number: number }>(databaseUrl, 'select number from incarnation');
  return row?.number ?? 0;
}

/** Commits sent after the switch and accepted, under an epoch that was handed out before it. */
function staleWrites(replicas: readonly ReplicaProcess[], switchedAt: number): string[] {
  return replicas.flatMap(({ name, acts }) => {
    const old = new Set(
      acts.flatMap(({ kind, at, runId, epoch }) =>
        kind === 'claim' && at <= switchedAt ? [`${runId} ${epoch}`] : [],
      ),
    );
    return acts.flatMap((act) =>
      act.kind === 'commit' && act.accepted && act.sentAt > switchedAt && old.has(`${act.runId} ${act.epoch}`)
        ? [`${name} wrote ${act.place} of ${act.runId} under epoch ${act.epoch}`]
        : [],
    );
  });
}

/** Runs that a replica had begun to act on before the switch and went on with, or tried to, after it. */
function holdersAt(replicas: readonly ReplicaProcess[], switchedAt: number): number {
  return replicas.flatMap(({ acts }) => {
    const old = acts.filter(({ kind, at }) => kind === 'claim' && at <= switchedAt);
    const tried = acts.filter((act) => act.kind === 'commit' && act.sentAt > switchedAt);
    return old.filter((claim) =>
      tried.some(({ runId, epoch }) => runId === claim.runId && epoch === claim.epoch),
    );
  }).length;
}

async function removeAll(servers: readonly KillablePostgres[]): Promise<void> {
  await Promise.all(servers.map((server) => server.remove()));
}
