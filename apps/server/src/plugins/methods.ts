import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';

interface Known {
  address: RegExp;
  methods: Set<string>;
}

/** The web app's files: an address below them that no other route has is known only as a file. */
const files = '/*';

/**
 * A method that an address does not have is answered 405 with those that it has, not as if the address were not there.
 * https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6
 */
export function methods(app: FastifyInstance): void {
  const known = new Map<string, Known>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === files) return;
    const entry = known.get(url) ?? { address: addressOf(url), methods: new Set() };
    for (const one of [method].flat()) entry.methods.add(one);
    known.set(url, entry);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 && request.routeOptions.url !== files) return;
    const path = pathOf(request);
    const offered = [...known.values()]
      .filter(({ address }) => address.test(path))
      .flatMap((one) => [...one.methods])
      .sort();
    // A name that is too long for the router is not there.
    if (offered.length === 0 || offered.includes(request.method)) return;
    const allow = [...new Set(offered)].join(', ');
    reply.header('allow', allow);
    throw new ProblemError(
      405,
      'method-not-allowed',
      `This address has no ${request.method}. It has ${allow}.`,
    );
  });
}

/** As the router reads a pattern: a name stands for one part, a star for what is left. */
function addressOf(pattern: string): RegExp {
  const parts = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${parts}$`);
}

/** Decoded as the router does; what cannot be decoded was refused before. */
function pathOf({ url }: FastifyRequest): string {
  const path = url.split('?')[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
