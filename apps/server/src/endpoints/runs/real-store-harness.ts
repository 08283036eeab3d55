import { defaultTriggerSet } from '@lastgood/domain';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { createPlaces } from '../../backtest/places.ts';
import { configuredIn } from '../../config/to-config.ts';
import type { AppDependencies } from '../../http/app.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';

/**
 * The real endpoints on a real database, over whatever outside a file of tests gives them, from its first test on.
 *
 * @param clusterDeadlineMs how long the outside may take to answer: more where it runs programs
 * @param around what of the application a file of tests sets itself
 */
export function useRealStore(
  outside: Pick<EndpointDependencies, 'ports' | 'metrics'>,
  {
    clusterDeadlineMs = 1_000,
    around = () => ({}),
  }: { clusterDeadlineMs?: number; around?: (store: Store) => Partial<AppDependencies> } = {},
) {
  const postgres = usePostgres();
  const clock = createRealClock();
  const probe = createInMemoryHttpProbe();
  let store: Store;
  let app: FastifyInstance;

  beforeAll(async () => {
    store = createStore({ databaseUrl: postgres.url, now: clock.now });
    await store.triggerSets.apply(defaultTriggerSet);
    const newId = () => crypto.randomUUID();
    const deps: EndpointDependencies = {
      ...outside,
      ...{
        store,
        probe,
        clock,
        newId,
        configured: configuredIn({}, String),
        sandbox: null,
        backtests: createPlaces(2),
        receivers: createReceivers(),
      },
      sources: createSourceBoard([]),
      settings: {
        ...{ version: '0', replica: 'test', judging: aJudging, retentionDays: 30, clusterDeadlineMs },
      },
    };
    const built = await buildTestApp(
      {},
      {
        answer: (endpoint, request) => endpoint.handle(deps, request),
        ...{ idempotencyKeys: store.idempotency, newId, isDatabaseDown: isStoreUnavailable },
        ...around(store),
      },
    );
    app = built.app;
  });
  afterAll(async () => {
    await app?.close();
    await store?.close();
  });

  return {
    store: () => store,
    app: () => app,
    async ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, payload?: object) {
      const type = method === 'GET' ? {} : { 'content-type': 'application/json' };
      const headers = { host: 'localhost', ...type };
      const answer = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers,
        ...(payload && { payload }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    /** What a worker on the same database takes. */
    worked: () => ({ runs: store.runs, deployments: store.deployments, ...outside, probe, clock }),
  };
}
