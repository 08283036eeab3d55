import type { Idempotency } from '@lastgood/store';
import type { EndpointRequest } from '../endpoints/endpoint.ts';
import type * as endpoints from '../endpoints/index.ts';
import type { Answerer } from '../endpoints/register-endpoints.ts';
import { createFigures } from '../figures/figures.ts';
import type { LaneLimits } from '../lanes/lane-limits.ts';
import { createPrecedence } from '../lanes/precedence.ts';
import { createLiveHub } from '../live/live-hub.ts';
import type { PartState } from '../readiness/pass-board.ts';
import type { Readiness } from '../readiness/read-readiness.ts';
import { type AppDependencies, buildApp } from './app.ts';
import { connectionLimits } from './connection-limits.ts';

type Endpoints = typeof endpoints;

/** What a test lets endpoints answer, by their operationId. */
export type TestAnswers = {
  [Id in keyof Endpoints]?: (
    request: Parameters<Endpoints[Id]['handle']>[1],
  ) => ReturnType<Endpoints[Id]['handle']>;
};

/** Tests ask more at once, and in a second, than people and pipelines do. */
const unhurried = { perSecond: 1_000_000, atOnce: 10_000 };
const unhurriedLimits: LaneLimits = {
  ...{ acting: unhurried, asking: unhurried, reading: unhurried, signals: unhurried },
  ...{ files: unhurried, probes: unhurried },
};

/** An application whose endpoints answer what a test gives; asking another one fails the request. */
export async function buildTestApp(answers: TestAnswers, overrides: Partial<AppDependencies> = {}) {
  let ids = 0;
  const deps: AppDependencies = {
    answer: answerFrom(answers),
    guard: { allowedHosts: [], allowedOrigins: [] },
    tokens: [],
    tokensRequired: false,
    idempotencyKeys: createMemoryKeys(),
    replica: 'test',
    preparing: () => null,
    newId: () => `id-${++ids}`,
    readiness: async () => readinessOf(),
    isDatabaseDown: (error) => error instanceof Error && error.name === 'StoreUnavailable',
    figures: createFigures(),
    hub: createLiveHub(),
    limits: connectionLimits,
    laneLimits: unhurriedLimits,
    precedence: createPrecedence(),
    webRoot: '/nowhere',
    presses: {
      presses: new Map(),
      deployment: async () => null,
      between: async () => [],
      newest: async () => null,
      over: async () => null,
      publicUrl: null,
      now: Date.now,
    },
    signals: { signals: new Map(), alerts: deaf },
    logger: null,
    ...overrides,
  };
  const app = await buildApp(deps);
  await app.ready();
  return { app, deps };
}

/** Nobody tells a test of alerts that says nothing else. */
const deaf = { hear: async () => undefined, heardUnreadable: async () => undefined };

/** Everything ready, but for what a test says. */
export function readinessOf(parts: Partial<Readiness['parts']> = {}): Readiness {
  const ready: PartState = { state: 'ready', lastPassAt: 0, reason: null };
  const all = { database: ready, evaluator: ready, worker: ready, outbox: ready, ...parts };
  const fit = Object.values(all).every(({ state }) => state === 'ready');
  return { state: fit ? 'ready' : 'not_ready', parts: all };
}

interface TestAnswer {
  /** As a method, because each takes the request of its own endpoint. */
  answer(request: EndpointRequest): Promise<unknown>;
}

function answerFrom(answers: TestAnswers): Answerer {
  const byId: Partial<Record<string, TestAnswer['answer']>> = answers;
  return async ({ operationId }, request) => {
    const answer = byId[operationId];
    if (!answer) throw new Error(`The test gives no answer for ${operationId}.`);
    return answer(request);
  };
}

/** Idempotency keys without a database, for tests of the HTTP side. */
function createMemoryKeys(): Idempotency {
  interface Row {
    fingerprint: string;
    operationId: string;
    response: unknown;
    finished: boolean;
    locked: boolean;
  }
  const rows = new Map<string, Row>();
  const nameOf = ({ scope, key }: { scope: string; key: string }) => `${scope} ${key}`;
  return {
    async begin(request) {
      const name = nameOf(request);
      const { fingerprint } = request;
      const row = rows.get(name) ?? {
        fingerprint,
        operationId: `operation-${rows.size + 1}`,
        response: null,
        finished: false,
        locked: false,
      };
      rows.set(name, row);
      if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
      if (row.finished) return { kind: 'replay', response: row.response };
      if (row.locked) return { kind: 'in-progress' };
      row.locked = true;
      return { kind: 'new', operationId: row.operationId };
    },
    async finish(request, response) {
      Object.assign(rows.get(nameOf(request)) ?? {}, { response, finished: true });
    },
    async abandon(request) {
      Object.assign(rows.get(nameOf(request)) ?? {}, { locked: false });
    },
    retain: async () => 0,
  };
}
