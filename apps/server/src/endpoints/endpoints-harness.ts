import { families, openFamily } from '@lastgood/adapters';
import { createHttpProbe } from '@lastgood/adapters/probe/http/http-probe';
import { defaultTriggerSet } from '@lastgood/domain';
import { createRunWorker } from '@lastgood/engine';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { createPlaces } from '../backtest/places.ts';
import { configuredIn } from '../config/to-config.ts';
import { buildTestApp } from '../http/app-harness.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { createReceivers, type Receivers } from '../outside/receivers.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import type { EndpointDependencies } from './endpoint-dependencies.ts';
import { aJudging } from './standing/judging-harness.ts';

export const web = { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' } as const;

/** Every endpoint over a file's own database and a cluster in memory, by a server that can be started anew. */
export function useEndpoints({ receivers = createReceivers() }: { receivers?: Receivers } = {}) {
  const postgres = usePostgres();
  const clock = createRealClock();
  const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
  const ports = { rollout, workloads: rollout.workloads };
  const { metrics } = openFamily(families.metrics, []).product;
  const sources = createSourceBoard([{ kind: 'prometheus', name: 'main', clusters: null }]);
  /** As a configuration that says nothing of checks makes it, but for the one host that the checks here ask. */
  const probe = createHttpProbe({ allowedAddresses: ['public', 'web:80'] });
  let store: Store;
  let app: FastifyInstance;

  /** A server process: its own store and application over the database of this file. */
  async function start(): Promise<void> {
    const opened = createStore({ databaseUrl: postgres.url, now: clock.now });
    const newId = () => crypto.randomUUID();
    const deps: EndpointDependencies = {
      ...{
        store: opened,
        ports,
        metrics,
        probe,
        clock,
        newId,
        sources,
        sandbox: null,
        backtests: createPlaces(2),
        receivers,
      },
      configured: {
        ...configuredIn({}, String),
        notifiers: receivers.notifiers.map(({ name }) => ({
          ...{ kind: 'webhook', name, clusters: null, settings: {} },
        })),
      },
      settings: {
        ...{ version: '0', replica: 'test', judging: aJudging, retentionDays: 30, clusterDeadlineMs: 1_000 },
      },
    };
    const built = await buildTestApp(
      {},
      {
        answer: (endpoint, request) => endpoint.handle(deps, request),
        ...{ idempotencyKeys: opened.idempotency, newId, isDatabaseDown: isStoreUnavailable },
      },
    );
    [store, app] = [opened, built.app];
  }

  async function stop(): Promise<void> {
    await app?.close();
    await store?.close();
  }

  function ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    key?: string,
  ) {
    const options: InjectOptions = {
      method,
      url: `/api/v1${path}`,
      headers: {
        host: 'localhost',
        ...(payload || method === 'POST' ? { 'content-type': 'application/json' } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(payload ? { payload } : {}),
    };
    return app.inject(options);
  }

  beforeAll(async () => {
    await start();
    await store.triggerSets.apply(defaultTriggerSet);
  });
  afterAll(stop);

  return {
    ...{ ask, clock, rollout, sources },
    async restart() {
      await stop();
      await start();
    },
    /** Carries due runs until none is left. */
    async work(): Promise<void> {
      const { runs, deployments } = store;
      const worker = createRunWorker({
        ...{ runs, deployments, ports, metrics, clock, replica: 'worker', leaseMs: 5_000 },
        probe: createInMemoryHttpProbe(),
      });
      const endsAt = Date.now() + 20_000;
      for (;;) {
        await worker.work(new AbortController().signal);
        const { items } = (await ask('GET', '/runs')).json();
        if (items.every((run: { status: string }) => !['queued', 'running'].includes(run.status))) return;
        if (Date.now() > endsAt) throw new Error(`runs do not end: ${JSON.stringify(items)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}
