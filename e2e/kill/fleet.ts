import { randomUUID } from 'node:crypto';
import { createKubernetes } from '@lastgood/adapters/rollout/kubernetes/kubernetes';
import type {
  NewDeployment,
  Run,
  Service,
  ServiceCheck,
  WorkloadChange,
  WorkloadKind,
  WorkloadRef,
  WorkloadSnapshot,
} from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { type ClusterProcess, namespace } from './cluster-process.ts';
import { until } from './replica-process.ts';

/** A service with two releases: the bad one runs, the good one is on record. */
export interface Released {
  service: Service;
  goodId: string;
  badId: string;
}

export interface Fleet {
  store: Store;
  release(
    kinds?: readonly WorkloadKind[],
    replicas?: number,
    checks?: readonly ServiceCheck[],
    /** What each workload of the release to return to runs, where its pods are to behave in a way of their own. */
    goodImages?: readonly string[],
  ): Promise<Released>;
  /** One more bad release of a service that was rolled back. */
  releaseAgain(released: Released): Promise<Released>;
  /** A run that takes the bad release back. */
  queue(released: Released): Promise<Run>;
  close(): Promise<void>;
}

/** What the release to take back runs. */
export const badImage = 'shop/app:v2';

const never = new AbortController().signal;
let count = 0;

/** Services in the cluster and their releases in the database, as pipelines would have left them. */
export function createFleet(databaseUrl: string, cluster: ClusterProcess): Fleet {
  const store = createStore({ databaseUrl, poolSize: 10, notifiers: [{ name: 'hook', hears: 'people' }] });
  const { rollout } = createKubernetes({
    clusters: { main: { kubeconfig: cluster.kubeconfig, requestTimeoutMs: 10_000 } },
  });

  const settled = (workload: WorkloadRef): Promise<WorkloadSnapshot> =>
    until(`${workload.name} to settle`, async () => {
      const read = await rollout.read({ ...workload, cluster: 'main', namespace }, never);
      if (read.kind !== 'found') return null;
      const { progress, snapshot } = read.observation;
      return progress.complete && progress.old === 0 && snapshot;
    });

  return {
    store,
    async release(kinds = ['Deployment', 'StatefulSet'], replicas = 1, checks = [], goodImages = []) {
      count += 1;
      const name = `svc${process.pid}-${count}`;
      const workloads = kinds.map((kind, index) => ({ kind, name: `${name}-${index}` }));
      const each = <T>(act: (workload: WorkloadRef, index: number) => Promise<T>) =>
        Promise.all(workloads.map(act));
      await each(({ kind, name: workload }, index) =>
        cluster.create(kind, workload, goodImages[index] ?? 'shop/app:v1', replicas),
      );
      const good = await each(settled);
      await each(({ kind, name: workload }) => cluster.setImage(kind, workload, badImage));
      const bad = await each(settled);
      const service = serviceOf(name, workloads, checks);
      const changes = (before: (WorkloadSnapshot | null)[], after: WorkloadSnapshot[]) =>
        workloads.map(
          (target, index): WorkloadChange => ({
            kind: 'workload',
            target,
            before: before[index] ?? null,
            after: after[index] ?? null,
          }),
        );
      const first = deployment(service, 'v1', null, changes([], good));
      const second = deployment(service, 'v2', first.id, changes(good, bad));
      await store.services.apply(service, 'ada', Date.now());
      await store.deployments.commit({ newDeployments: [{ ...first, proof: 'verified' }] });
      await store.deployments.commit({ newDeployments: [second] });
      return { service, goodId: first.id, badId: second.id };
    },
    async releaseAgain({ service, goodId, badId }) {
      count += 1;
      const image = `shop/app:again-${count}`;
      await Promise.all(service.workloads.map(({ kind, name }) => cluster.setImage(kind, name, image)));
      const after = await Promise.all(service.workloads.map(settled));
      const changes = service.workloads.map(
        (target, index): WorkloadChange => ({
          kind: 'workload',
          target,
          before: null,
          after: after[index] ?? null,
        }),
      );
      const again = deployment(service, image, badId, changes);
      await store.deployments.commit({ newDeployments: [again] });
      return { service, goodId, badId: again.id };
    },
    async queue(released) {
      const run = runOf(released);
      const queued = await store.commands.queueRun(run);
      if (queued.kind !== 'queued') throw new Error(`run ${queued.run.id} is under way`);
      return run;
    },
    close: () => store.close(),
  };
}

/** Looks often, so that a run takes as little time as its steps do. */
export function serviceOf(
  name: string,
  workloads: WorkloadRef[],
  checks: readonly ServiceCheck[] = [],
): Service {
  const serves = workloads.map(
    (workload): ServiceCheck => ({
      name: `${workload.name} serves release 1`,
      type: 'kubernetes',
      workload,
      passes: 1,
      timeoutMs: 60_000,
      everyMs: 500,
    }),
  );
  return aService({ name, workloads, triggers: [], checks: [...serves, ...checks] });
}

export function deployment(
  service: Service,
  version: string,
  previousDeploymentId: string | null,
  changes: WorkloadChange[],
): NewDeployment {
  const now = Date.now();
  const { release: _counted, ...row } = aDeployment({
    ...{
      id: randomUUID(),
      service: service.key,
      status: 'completed',
      version,
      previousDeploymentId,
      changes,
    },
    ...{ startedAt: now, completedAt: now, watchEndsAt: now + 1_800_000 },
  });
  return row;
}

export function runOf({ service, goodId, badId }: Released, over: Partial<Run> = {}): Run {
  const now = Date.now();
  return aRun({
    ...{ id: randomUUID(), service: service.key, deploymentId: badId, targetDeploymentId: goodId },
    ...{ reason: 'it fails', evidence: [], createdAt: now, startsAt: now },
    ...over,
  });
}
