import type { FastifyInstance } from 'fastify';
import type { LiveHub } from './live-hub.ts';
import './live-schema.ts'; // its messages are part of the API's description

/** `/api/v1/live`: LiveFrame messages from server to client. What a client says is not listened to. */
export function liveRoute(app: FastifyInstance, hub: LiveHub): void {
  app.get<{ Querystring: { deployment?: string } }>(
    '/live',
    { websocket: true, schema: { hide: true } },
    (socket, request) => {
      const leave = hub.join(socket, request.query.deployment ?? null);
      socket.on('close', leave);
      socket.on('error', (error) => request.log.debug({ err: error }, 'a live connection broke'));
    },
  );
}
