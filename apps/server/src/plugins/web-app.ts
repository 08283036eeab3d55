import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const unbuilt = 'The web app is not built. Run npm run build; the API is described at /api/docs.\n';

/** Serves the built web app. A page's address that is no file is the app itself: it has its own routes. */
export async function webApp(app: FastifyInstance, root: string): Promise<void> {
  const hidden = { schema: { hide: true }, logLevel: 'warn' } as const;
  if (!existsSync(join(root, 'index.html'))) {
    app.get('/', hidden, async (_request, reply) => reply.code(503).type('text/plain').send(unbuilt));
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    immutable: true,
    maxAge: '1y',
    schemaHide: true,
    logLevel: 'warn',
  });
  app.get('/', hidden, (_request, reply) => sendApp(reply));
}

/** Never cached: it names the current files. */
function sendApp(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html', { cacheControl: false }).header('cache-control', 'no-cache');
}

/** The app, when a request that matched nothing is a person opening one of its pages; else null. */
export function sendPage(request: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  const isPage =
    request.method === 'GET' &&
    !request.url.startsWith('/api/') &&
    (request.headers.accept ?? '').includes('text/html') &&
    reply.server.hasReplyDecorator('sendFile');
  return isPage ? sendApp(reply) : null;
}
