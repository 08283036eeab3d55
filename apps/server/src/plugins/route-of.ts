import type { FastifyRequest } from 'fastify';

/**
 * The route that will answer, by its pattern; for what matches none, the path as it was written. Never judge a request by
 * its written path alone: the router decodes, so that `/%61pi/v1/now` is answered by `/api/v1/now`.
 */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? request.url.split('?')[0] ?? '';
}
