import type { FastifyInstance } from 'fastify';
import type { Figures } from '../figures/figures.ts';

/** `/metrics` in the Prometheus text format, and the figure of every request by its route. */
export function metrics(app: FastifyInstance, figures: Figures): void {
  app.addHook('onResponse', async (request, reply) => {
    figures.requests.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
  });
  app.get(
    '/metrics',
    { schema: { hide: true }, config: { lane: 'probes' }, logLevel: 'warn' },
    async (_request, reply) =>
      reply.type(figures.registry.contentType).send(await figures.registry.metrics()),
  );
}
