import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterAll, beforeAll } from 'vitest';
import { type ClusterProcess, startCluster } from './cluster-process.ts';
import { createFleet, type Fleet } from './fleet.ts';
import type { ReplicaOrders } from './replica.ts';
import { type ReplicaProcess, startReplica } from './replica-process.ts';

/** A database with its services and the replicas that share it; stages share nothing but the cluster. */
export interface Stage {
  databaseUrl: string;
  fleet: Fleet;
  start(orders?: Partial<ReplicaOrders>): Promise<ReplicaProcess>;
}

export interface Theatre {
  cluster: ClusterProcess;
  stages: Stage[];
  /** A path nobody has used. */
  token(): string;
}

/** Call at the top of a test file: stages over databases of the test server, and one cluster. */
export function useTheatre(count: () => number): Theatre {
  const postgres = usePostgres();
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-kill-'));
  const started: ReplicaProcess[] = [];
  let tokens = 0;
  const theatre = {
    stages: [] as Stage[],
    token: () => join(folder, `strike-${++tokens}`),
  } as Theatre;

  beforeAll(async () => {
    theatre.cluster = await startCluster();
    for (let stage = 0; stage < count(); stage++) {
      const databaseUrl = await postgres.createDatabase();
      const { cluster } = theatre;
      theatre.stages.push({
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
    await Promise.all(theatre.stages.map(({ fleet }) => fleet.close()));
    await theatre.cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return theatre;
}

export function stageOf({ stages }: Theatre, lane: number): Stage {
  const stage = stages[lane];
  if (!stage) throw new Error(`there is no stage ${lane}`);
  return stage;
}
