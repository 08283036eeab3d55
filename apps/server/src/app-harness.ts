import type { Health } from '@lastgood/domain';
import type { Idempotency } from '@lastgood/store';
import { type AppDependencies, buildApp } from './app.ts';
import { createFigures } from './figures.ts';
import { createLiveHub } from './live/live-hub.ts';
import type { Operations } from './operations.ts';

/** An application over the operations a test gives; calling another one fails the request. */
export async function buildTestApp(
  operations: Partial<Operations>,
  overrides: Partial<AppDependencies> = {},
) {
  let ids = 0;
  const deps: AppDependencies = {
    operations: operations as Operations,
    guard: { allowedHosts: [], allowedOrigins: [] },
    tokens: [],
    tokensRequired: false,
    idempotencyKeys: createMemoryKeys(),
    replica: 'test',
    preparing: () => null,
    newId: () => `id-${++ids}`,
    databaseHealth: async (): Promise<Health> => ({ up: true }),
    isDatabaseDown: (error) => error instanceof Error && error.name === 'StoreUnavailable',
    figures: createFigures(),
    hub: createLiveHub(),
    webRoot: '/nowhere',
    logger: null,
    ...overrides,
  };
  const app = await buildApp(deps);
  await app.ready();
  return { app, deps };
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
