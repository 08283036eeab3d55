import type { FastifyInstance } from 'fastify';
import type { Judgement } from '../security/judge-request.ts';
import { routeOf } from './route-of.ts';

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
export function security(app: FastifyInstance, judge: Judgement): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const { method, headers } = request;
    const caller = judge({ method, route: routeOf(request), headers, offered: !request.is404 });
    if (caller) request.caller = caller;
  });
}
