import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import './live-schema.ts'; // its messages are part of the API's description

/** What is answered at `/api/v1/live` to a request that the live door did not open for, and that nothing else refused. */
export function liveRoute(app: FastifyInstance): void {
  app.get('/live', { schema: { hide: true } }, async (_request, reply) => {
    // A server that answers 426 says what it would speak: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22
    // `close`: who asked for another protocol has nothing more to say in this one.
    reply.headers({ upgrade: 'websocket', connection: 'upgrade, close' });
    throw new ProblemError(
      426,
      'websocket-needed',
      'Open /api/v1/live as a websocket of version 13: Connection: Upgrade, Upgrade: websocket.',
    );
  });
}
