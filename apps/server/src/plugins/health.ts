import type { Health } from '@lastgood/domain';
import type { FastifyInstance } from 'fastify';

/** Whether the process lives, and whether it can serve: Postgres is the one thing it cannot do without. */
export function health(app: FastifyInstance, database: () => Promise<Health>): void {
  const options = { schema: { hide: true }, logLevel: 'warn' } as const;
  app.get('/healthz', options, async () => ({ alive: true }));
  app.get('/readyz', options, async (_request, reply) => {
    const state = await database();
    if (state.up) return { ready: true };
    return reply
      .code(503)
      .header('retry-after', '2')
      .send({ ready: false, reason: `The database does not answer: ${state.reason}` });
  });
}
