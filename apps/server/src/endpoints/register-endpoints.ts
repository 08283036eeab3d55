import { Text } from '@lastgood/domain/bounds';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { ref } from '../wire/named.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { lineType, sendLines } from './send-lines.ts';

/** Answers a request; the server asks the endpoint's own handler. */
export type Answerer = (endpoint: Endpoint, request: EndpointRequest) => Promise<unknown>;

/** Puts endpoints on the application, with all that validates and describes them. */
export function registerEndpoints(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  answer: Answerer,
): void {
  // In the order of their addresses, because that is how the API's description reads.
  for (const endpoint of endpoints.toSorted((a, b) => (a.url < b.url ? -1 : 1))) {
    const { method, url, status = 200 } = endpoint;
    app.route({
      method,
      url,
      config: { lane: endpoint.lane ?? 'reading' },
      schema: schemaOf(endpoint),
      // A line that waits in a compressor is not there when it is true.
      ...(endpoint.inLines ? { compress: false as const } : {}),
      async handler(request, reply) {
        const { params, query, body, caller, operation } = request;
        const asked = { params, query, body, caller, operation };
        if (endpoint.inLines)
          return sendLines(request, reply, (gone) => answer(endpoint, { ...asked, gone }));
        const answered = await answer(endpoint, asked);
        if (endpoint.location) reply.header('location', endpoint.location(answered));
        return reply.code(status).send(answered);
      },
    });
  }
}

const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Text(257, {
      description:
        'Up to 255 printable characters. The same key with the same body gives the same answer again.',
    }),
  ),
});

function schemaOf(endpoint: Endpoint) {
  const {
    operationId,
    tag,
    summary,
    description,
    params,
    querystring,
    body,
    status = 200,
    answer,
  } = endpoint;
  return {
    operationId,
    tags: [tag],
    summary,
    // A member that is there and undefined is a missing schema to Fastify, of which it warns.
    ...(description ? { description } : {}),
    ...(params ? { params } : {}),
    ...(querystring ? { querystring } : {}),
    ...(endpoint.method === 'POST' ? { headers: IdempotencyHeaders } : {}),
    ...(body ? { body: byName(body) } : {}),
    // A success is of the schema; everything else is a problem, which is answered and described in one place each.
    response: {
      [status]: endpoint.inLines
        ? {
            description: 'One JSON value in each line, as they come.',
            content: { [lineType]: { schema: byName(answer) } },
          }
        : byName(answer),
    },
  };
}

/** A named schema is one component of the API's description; another one is written out. */
function byName(schema: TSchema): TSchema {
  return '$id' in schema ? ref(schema) : schema;
}
