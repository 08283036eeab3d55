import { families, openFamily } from '@lastgood/adapters';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { aNotifier } from '@lastgood/testkit/scenario/builders';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { createPlaces } from '../backtest/places.ts';
import type { ConfiguredFamilies } from '../config/config.ts';
import { configuredIn } from '../config/to-config.ts';
import { buildTestApp } from '../http/app-harness.ts';
import { createReceivers, type Receivers } from '../outside/receivers.ts';
import { createSourceBoard, type SourceBoard } from '../outside/source-board.ts';
import { withTellers } from '../signals/with-tellers.ts';
import type { EndpointDependencies } from './endpoint-dependencies.ts';
import { aJudging } from './standing/judging-harness.ts';

export interface StoredApp {
  store: Store;
  sources: SourceBoard;
  /** What GET answers, whatever its status. */
  get<T>(path: string): Promise<{ status: number; body: T }>;
}

/** The real endpoints over a file's own database, with what a test says is configured; the clock stands still at `now`, or tells what it does. */
export function useStoredApp(
  postgres: { readonly url: string },
  {
    now: at,
    configured = {},
    receivers = createReceivers(),
  }: { now: number | (() => number); configured?: Partial<ConfiguredFamilies>; receivers?: Receivers },
): StoredApp {
  const now = typeof at === 'number' ? () => at : at;
  const all: ConfiguredFamilies = { ...configuredIn({}, String), ...configured };
  const sources = createSourceBoard(all.metrics);
  let [store, app]: [Store?, FastifyInstance?] = [];
  beforeAll(async () => {
    const opened = createStore({
      databaseUrl: postgres.url,
      now,
      notifiers: all.notifiers.map(({ name }) => aNotifier(name)),
    });
    const signals = openFamily(families.signals, all.signals).product;
    const clock = { now, sleep: async () => undefined };
    const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
    const deps: EndpointDependencies = {
      ...{
        store: { ...opened, alerts: { ...opened.alerts, ...withTellers(opened.alerts, signals) } },
        clock,
        newId: () => crypto.randomUUID(),
        configured: all,
        sources,
        sandbox: null,
        backtests: createPlaces(2),
        receivers,
      },
      ports: { rollout, workloads: rollout.workloads },
      metrics: openFamily(families.metrics, []).product.metrics,
      probe: createInMemoryHttpProbe(),
      settings: {
        ...{ version: '0', replica: 'test', judging: aJudging, retentionDays: 30 },
        clusterDeadlineMs: 1_000,
      },
    };
    const answer: Parameters<typeof buildTestApp>[1] = {
      answer: (endpoint, request) => endpoint.handle(deps, request),
      isDatabaseDown: isStoreUnavailable,
    };
    [store, app] = [opened, (await buildTestApp({}, answer)).app];
  });
  afterAll(async () => {
    await app?.close();
    await store?.close();
  });
  const opened = <T>(one: T | undefined): T => {
    if (!one) throw new Error('the application is there within a test only');
    return one;
  };
  return {
    get store() {
      return opened(store);
    },
    sources,
    async get(path) {
      const answer = await opened(app).inject({ url: `/api/v1${path}`, headers: { host: 'localhost' } });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}
