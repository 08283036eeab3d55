import type { Health } from '@lastgood/domain';
import { type AppDependencies, buildApp } from './app.ts';
import { createFigures } from './figures.ts';
import { createLiveHub } from './live/live-hub.ts';
import type { Operations } from './operations.ts';
import type { Begun, IdempotencyKeys, StoredAnswer } from './plugins/idempotency.ts';

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
export function createMemoryKeys(): IdempotencyKeys {
  const rows = new Map<string, { fingerprint: string; operationId: string; answer: StoredAnswer | null }>();
  return {
    async begin({ scope, key, fingerprint, operationId }): Promise<Begun> {
      const row = rows.get(`${scope} ${key}`);
      if (!row) {
        rows.set(`${scope} ${key}`, { fingerprint, operationId, answer: null });
        return { kind: 'begun', operationId };
      }
      if (row.fingerprint !== fingerprint) return { kind: 'other-request' };
      return row.answer ? { kind: 'replay', answer: row.answer } : { kind: 'in-progress' };
    },
    async finish(scope, key, answer) {
      const row = rows.get(`${scope} ${key}`);
      if (row) row.answer = answer;
    },
    async abandon(scope, key) {
      rows.delete(`${scope} ${key}`);
    },
  };
}
