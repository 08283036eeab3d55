import type { FastifyReply, FastifyRequest } from 'fastify';

/** What of requests and answers is written to the log: never a query string, which may hold a token or a person's words. */
export const logSerializers = {
  req: (request: FastifyRequest) => ({
    method: request.method,
    path: pathIn(request.url),
    host: request.host,
    remoteAddress: request.ip,
    remotePort: request.socket.remotePort,
  }),
  res: (reply: FastifyReply) => ({ statusCode: reply.statusCode }),
};

/** Without a fragment too, and without what an address in absolute form has before its path: a user and a password. */
function pathIn(target: string): string {
  return target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
