import type { FastifyReply, FastifyRequest } from 'fastify';

/** What of requests and answers is written to the log: never a query string, which may hold a token or a person's words. */
export const logSerializers = {
  req: (request: FastifyRequest) => ({
    method: request.method,
    path: request.url.split('?')[0],
    host: request.host,
    remoteAddress: request.ip,
    remotePort: request.socket.remotePort,
  }),
  res: (reply: FastifyReply) => ({ statusCode: reply.statusCode }),
};
