import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const unbuilt = 'The web app is not built. Run npm run build; the API is described at /api/docs.\n';

/**
 * Serves the built web app from the disk, so that one that is built anew is served without a restart. A page's address that
 * is no file is the app itself: it has its own routes.
 */
export async function webApp(app: FastifyInstance, root: string): Promise<void> {
  app.decorate('webRoot', root);
  await app.register(fastifyStatic, {
    root,
    wildcard: true,
    index: false,
    cacheControl: false,
    preCompressed: true,
    suppressWarning: true,
    dotfiles: 'ignore',
    schemaHide: true,
    logLevel: 'warn',
    // Files under assets/ carry a digest of their content in their names.
    setHeaders(reply, path) {
      const isAsset = path.startsWith(join(root, 'assets/'));
      reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/', { schema: { hide: true }, logLevel: 'warn' }, (_request, reply) => sendApp(reply));
}

declare module 'fastify' {
  interface FastifyInstance {
    webRoot: string;
  }
}

function sendApp(reply: FastifyReply): FastifyReply {
  if (!existsSync(join(reply.server.webRoot, 'index.html')))
    return reply.code(503).type('text/plain').send(unbuilt);
  return reply.code(200).sendFile('index.html');
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
