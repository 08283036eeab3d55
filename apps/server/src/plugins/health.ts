import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PartState } from '../readiness/pass-board.ts';
import type { Readiness } from '../readiness/read-readiness.ts';
import type { RequestGuard } from '../security/request-guard.ts';
import { type Authenticator, bearerOf } from '../security/tokens.ts';
import { iso } from '../wire/instant.ts';

export interface HealthDependencies {
  readiness: () => Promise<Readiness>;
  guard: RequestGuard;
  authenticate: Authenticator;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can act. Orchestrators ask by address and without a token, so anybody is answered,
 * with one word; which part is not ready and why is told to whom the API would answer: a caller with a token, or of this machine
 * where none is needed.
 */
export function health(app: FastifyInstance, { readiness, guard, authenticate }: HealthDependencies): void {
  const options = { schema: { hide: true }, config: { lane: 'probes' }, logLevel: 'warn' } as const;
  app.get('/healthz', options, async () => ({ alive: true }));
  app.get('/readyz', options, async (request, reply) => {
    const { state, parts } = await readiness();
    reply.header('cache-control', 'no-store');
    if (state === 'not_ready') reply.code(503).header('retry-after', '2');
    if (!isCaller(request, guard, authenticate)) return reply.type('text/plain; charset=utf-8').send(state);
    return reply.send({
      state,
      parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, toPartDto(part)])),
    });
  });
}

/** Whatever is wrong with the request, a probe is answered: it is told less. */
function isCaller(request: FastifyRequest, guard: RequestGuard, authenticate: Authenticator): boolean {
  try {
    guard.checkHost(request.headers);
    authenticate(bearerOf(request.headers.authorization));
    return true;
  } catch {
    return false;
  }
}

function toPartDto({ state, lastPassAt, reason }: PartState) {
  return { state, lastPassAt: iso(lastPassAt), reason };
}
