import { families, openFamily } from '@lastgood/adapters';
import {
  type Deployment,
  deploymentStrategies,
  isActive,
  orderAbort,
  type Service,
  type WorkloadChange,
  type WorkloadKind,
} from '@lastgood/domain';
import { createRunWorker } from '@lastgood/engine';
import { createSteppedClock, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStore } from '@lastgood/testkit/fakes/in-memory-store';
import { aBaseline, aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { buildTestApp } from '../../http/app-harness.ts';
import type { ProblemError } from '../../problems/problem-error.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { flaggerRollback } from './flagger-rollback.ts';

const never = new AbortController().signal;
const place = { cluster: 'main', namespace: 'shop' };
const name = 'web';
export const imageOf = (version: string) => `registry.example/web:${version}`;

/**
 * A sandbox cluster on a stepped clock with its delivery controllers, Lastgood's own adapter and worker, and the endpoint that
 * Flagger asks, over HTTP. Records are in memory.
 */
export async function openDeliveryWorld(service: Partial<Service>, kind: WorkloadKind) {
  const clock = createSteppedClock();
  const sandbox = await startKubernetesSandbox({ clock, namespaces: [place.namespace] });
  const opened = openFamily(families.clusters, [
    { kind: 'kubernetes', name: 'main', clusters: null, settings: { kubeconfig: sandbox.kubeconfig() } },
  ]);
  const { watch: _watch, traffic: _traffic, ...ports } = opened.product;
  const store = createInMemoryStore({ now: clock.now });
  const asked: number[] = [];
  const views = { orderedAbort: async (one: Asked) => orderedIn(store.world, one) };
  const deps = { store: { views } } as unknown as EndpointDependencies;
  const { app } = await buildTestApp({
    async flaggerRollback(request) {
      const answer = flaggerRollback.handle(deps, request);
      asked.push(await answer.then(() => 200).catch((error: ProblemError) => error.status));
      return answer;
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const worker = createRunWorker({
    ...{ runs: store.runs, deployments: store.deployments, ports, replica: 'a', leaseMs: 60_000 },
    ...{ metrics: createInMemoryMetricSource(), probe: createInMemoryHttpProbe() },
    clock: { now: clock.now, sleep: (ms) => new Promise((wake) => clock.schedule(ms, wake)) },
  });

  async function call<T>(method: string, path: string, body?: unknown, type = 'application/json') {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async function snapshot() {
    const read = await ports.rollout.read({ ...place, kind, name }, never);
    if (read.kind !== 'found') throw new Error(read.reason);
    return read.observation.snapshot;
  }

  /** Lets a little time pass again and again until it is so. */
  async function until(is: () => Promise<boolean> | boolean, what: string) {
    for (let n = 0; n < 400; n += 1) {
      if (await is()) return;
      await clock.advance(250);
    }
    throw new Error(`${what} did not come true`);
  }

  return {
    ...{ sandbox, call, until, snapshot, ports },
    /** The address that a Canary has to ask. */
    webhook: `${url}/api/v1/flagger/main/rollback`,
    /** Statuses of what Flagger was answered. */
    asked,
    setImage: (path: string, version: string) =>
      call(
        'PATCH',
        path,
        [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: imageOf(version) }],
        'application/json-patch+json',
      ),
    /** Takes the service from what is there now back to `before`. */
    async rollBack(before: WorkloadChange['after']) {
      const target = { kind, name };
      const change = (from: WorkloadChange['before'], after: WorkloadChange['after']): WorkloadChange[] => [
        { kind: 'workload', target, before: from, after },
      ];
      const own = aService({
        ...{ strategy: deploymentStrategies[2], workloads: [target], triggers: [], ...service },
      });
      await store.services.apply(own, 'ada', clock.now());
      const { strategy } = own;
      const good: Deployment = aBaseline({ strategy, changes: change(null, before) });
      const bad = aDeployment({ strategy, changes: change(before, await snapshot()) });
      for (const one of [good, bad]) await store.deployments.commit({ newDeployments: [one] });
      await store.deployments.commit({ newRuns: [aRun({ createdAt: clock.now(), startsAt: clock.now() })] });
      const row = () => store.world.runs.get('r1') as NonNullable<ReturnType<typeof store.world.runs.get>>;
      await until(async () => {
        while (await worker.work(never));
        return !isActive(row().run);
      }, 'the end of the run').catch((error: unknown) => {
        throw new Error(
          JSON.stringify([
            row().run.stop,
            row().steps.map(({ planned, status, note }) => [planned.step.kind, status, note]),
          ]),
          { cause: error },
        );
      });
      return row();
    },
    async close() {
      await sandbox.close();
      await app.close();
      await opened.close();
    },
  };
}

export type DeliveryWorld = Awaited<ReturnType<typeof openDeliveryWorld>>;

type Asked = Parameters<EndpointDependencies['store']['views']['orderedAbort']>[0];
type World = ReturnType<typeof createInMemoryStore>['world'];

/** As the store's own view, over what a store in memory has. */
function orderedIn({ runs }: World, asked: Asked): string | null {
  const found = [...runs.values()].find(
    ({ run, steps }) =>
      run.status === 'running' &&
      steps.some(({ status, planned: { step } }) => {
        if (step.kind !== orderAbort.kind || !['started', 'waiting'].includes(status)) return false;
        const { object, checksum } = step;
        return (
          checksum === asked.checksum &&
          (['cluster', 'namespace', 'name'] as const).every((key) => object[key] === asked[key])
        );
      }),
  );
  return found?.run.id ?? null;
}
