import swagger from '@fastify/swagger';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { withProblems } from '../endpoints/problem-statuses.ts';
import { namedSchemas } from '../wire/named.ts';

/** Serves what the routes declare as an OpenAPI 3.1 document; components are named after their `$id`. */
export async function openapi(app: FastifyInstance): Promise<void> {
  for (const schema of namedSchemas) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lastgood',
        version: '1',
        description:
          'Takes a bad deployment back to the last known good version. Live values and hints come over the websocket `/api/v1/live` as LiveFrame messages.',
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      },
      security: [{}, { bearer: [] }],
    },
    transform: ({ schema, url, route }) => ({
      schema: schema?.operationId ? withProblems(schema, route.method as HTTPMethods) : schema,
      url,
    }),
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `Schema${index}`,
    },
  });
  // Written once: it is large, and nothing in it changes.
  let written: string | null = null;
  app.get('/api/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    written ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(written);
  });
}
