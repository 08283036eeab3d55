import websocket from '@fastify/websocket';
import type { Health } from '@lastgood/domain';
import type { Idempotency } from '@lastgood/store';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { OperationKey } from '../endpoints/endpoint.ts';
import * as endpoints from '../endpoints/index.ts';
import { type Answerer, registerEndpoints } from '../endpoints/register-endpoints.ts';
import type { Figures } from '../figures/figures.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { liveRoute } from '../live/live-route.ts';
import { docs } from '../plugins/docs.ts';
import { health } from '../plugins/health.ts';
import { idempotency } from '../plugins/idempotency.ts';
import { jsonBodies } from '../plugins/json-bodies.ts';
import { metrics } from '../plugins/metrics.ts';
import { openapi } from '../plugins/openapi.ts';
import { preparing } from '../plugins/preparing.ts';
import { problems, refuseAddress } from '../plugins/problems.ts';
import { security } from '../plugins/security.ts';
import { soundText } from '../plugins/sound-text.ts';
import { createTransportProblems } from '../plugins/transport-problems.ts';
import { validation } from '../plugins/validation.ts';
import { sendPage, webApp } from '../plugins/web-app.ts';
import { createRequestGuard, type RequestGuardSettings } from '../security/request-guard.ts';
import { type Caller, createAuthenticator, type TokenHash } from '../security/tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    operation: OperationKey;
  }
}

export interface AppDependencies {
  answer: Answerer;
  guard: RequestGuardSettings;
  tokens: readonly TokenHash[];
  /** True as soon as others than this machine can reach the address. */
  tokensRequired: boolean;
  idempotencyKeys: Idempotency;
  replica: string;
  /** What the start still waits for, in words; null when the API can answer. */
  preparing: () => string | null;
  newId: () => string;
  databaseHealth: () => Promise<Health>;
  isDatabaseDown: (error: unknown) => boolean;
  figures: Figures;
  hub: LiveHub;
  webRoot: string;
  logger: FastifyBaseLogger | null;
}

const bodyLimit = 1_048_576;

/** The application apart from the process: no timer, no port, no environment. */
export async function buildApp(deps: AppDependencies): Promise<FastifyInstance> {
  const transport = createTransportProblems();
  const app: FastifyInstance = Fastify({
    ...(deps.logger ? { loggerInstance: deps.logger } : {}),
    bodyLimit,
    genReqId: () => deps.newId(),
    forceCloseConnections: true,
    frameworkErrors: refuseAddress,
    clientErrorHandler: transport.refuse,
    // Kubernetes' names have up to 253 letters; the schema of a path says which are right.
    routerOptions: { maxParamLength: 1_024 },
    // A request without a host is refused by us, in words.
    http: { requireHostHeader: false },
  });
  transport.listen(app);
  problems(app, deps.isDatabaseDown, sendPage);
  validation(app);
  security(app, createRequestGuard(deps.guard), createAuthenticator(deps.tokens, deps.tokensRequired));
  preparing(app, deps.preparing);
  jsonBodies(app);
  soundText(app);
  metrics(app, deps.figures);
  health(app, deps.databaseHealth);
  idempotency(app, deps.idempotencyKeys, deps.replica, deps.newId);
  await app.register(websocket, { options: { maxPayload: 1024, perMessageDeflate: false } });
  await describedApi(app, deps.answer, deps.hub);
  await docs(app);
  await webApp(app, deps.webRoot);
  return app;
}

/** The routes under `/api/v1` and the document that describes them. */
export async function describedApi(
  app: FastifyInstance,
  answer: Answerer,
  hub: LiveHub | null,
): Promise<void> {
  await openapi(app);
  await app.register(
    async (api) => {
      registerEndpoints(api, Object.values(endpoints), answer);
      if (hub) liveRoute(api, hub);
    },
    { prefix: '/api/v1' },
  );
}
