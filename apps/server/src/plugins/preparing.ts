import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { routeOf } from './route-of.ts';

/** While the database is waited for and brought up to date, the API answers 503 and says what it waits for. */
export function preparing(app: FastifyInstance, waitsFor: () => string | null): void {
  app.addHook('onRequest', async (request) => {
    if (!routeOf(request).startsWith('/api/v1/')) return;
    const reason = waitsFor();
    if (reason === null) return;
    throw new ProblemError(503, 'database-down', `Lastgood is starting: ${reason}. Ask again in a moment.`, {
      retryAfter: 2,
    });
  });
}
