import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestGuard } from '../security/request-guard.ts';
import { type Authenticator, bearerOf, bearerOfProtocols } from '../security/tokens.ts';
import { routeOf } from './route-of.ts';

/** Answered to anybody: orchestrators ask by address and without a token, and learn nothing but up or not. */
const openRoutes = new Set(['/healthz', '/readyz']);

const readMethods = new Set(['GET', 'HEAD']);

/** `'unsafe-inline'` for styles only: the component library sets sizes and colours by style attributes. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Hosts, origins, content types and tokens are judged before anything reads the request. */
export function security(app: FastifyInstance, guard: RequestGuard, authenticate: Authenticator): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    if (openRoutes.has(routeOf(request))) return;
    guard.checkHost(request);
    const read = readMethods.has(request.method);
    const upgrade = request.headers.upgrade !== undefined;
    if (!read || upgrade) guard.checkOrigin(request);
    if (needsCaller(routeOf(request))) request.caller = authenticate(presentedToken(request, upgrade));
    if (!read) guard.checkContentType(request);
  });
}

/** The web app's files and the API's description hold no secret; everything else does or acts. */
function needsCaller(route: string): boolean {
  return route.startsWith('/api/v1/') || route === '/metrics';
}

function presentedToken(request: FastifyRequest, upgrade: boolean): string | null {
  const token = bearerOf(request.headers.authorization);
  return token ?? (upgrade ? bearerOfProtocols(request.headers['sec-websocket-protocol']) : null);
}
