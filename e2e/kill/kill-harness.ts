import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterAll, beforeAll } from 'vitest';
import { type ClusterProcess, startCluster } from './cluster-process.ts';
import { createFleet, type Fleet } from './fleet.ts';
import type { ReplicaOrders } from './replica.ts';
import { type ReplicaProcess, startReplica } from './replica-process.ts';

/** A database with its services and the replicas that share it; two of them share nothing but the cluster. */
export interface TestDatabase {
  databaseUrl: string;
  fleet: Fleet;
  start(orders?: Partial<ReplicaOrders>): Promise<ReplicaProcess>;
}

export interface KillHarness {
  cluster: ClusterProcess;
  databases: TestDatabase[];
  /** A path nobody has used. */
  token(): string;
}

/** Call at the top of a test file: so many databases of the test server, and one cluster. */
export function useKillHarness(count: () => number): KillHarness {
  const postgres = usePostgres();
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-kill-'));
  const started: ReplicaProcess[] = [];
  let tokens = 0;
  const harness = {
    databases: [] as TestDatabase[],
    token: () => join(folder, `interruption-${++tokens}`),
  } as KillHarness;

  beforeAll(async () => {
    harness.cluster = await startCluster();
    for (let database = 0; database < count(); database++) {
      const databaseUrl = await postgres.createDatabase();
      const { cluster } = harness;
      harness.databases.push({
        databaseUrl,
        fleet: createFleet(databaseUrl, cluster),
        async start(orders = {}) {
          const replica = await startReplica({ databaseUrl, kubeconfig: cluster.kubeconfig, ...orders });
          started.push(replica);
          return replica;
        },
      });
    }
  });
  afterAll(async () => {
    await Promise.all(started.map((replica) => replica.kill()));
    await Promise.all(harness.databases.map(({ fleet }) => fleet.close()));
    await harness.cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return harness;
}

export function databaseOf({ databases }: KillHarness, track: number): TestDatabase {
  const database = databases[track];
  if (!database) throw new Error(`there is no database ${track}`);
  return database;
}
