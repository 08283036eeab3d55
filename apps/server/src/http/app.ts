import type { Idempotency } from '@lastgood/store';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { OperationKey } from '../endpoints/endpoint.ts';
import * as endpoints from '../endpoints/index.ts';
import { type Answerer, registerEndpoints } from '../endpoints/register-endpoints.ts';
import type { Figures } from '../figures/figures.ts';
import type { LaneLimits } from '../lanes/lane-limits.ts';
import type { Precedence } from '../lanes/precedence.ts';
import { createLiveDoor, type LiveDoor } from '../live/live-door.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { liveRoute } from '../live/live-route.ts';
import { compression } from '../plugins/compression.ts';
import { docs } from '../plugins/docs.ts';
import { health } from '../plugins/health.ts';
import { idempotency } from '../plugins/idempotency.ts';
import { jsonBodies } from '../plugins/json-bodies.ts';
import { lanes } from '../plugins/lanes.ts';
import { methods } from '../plugins/methods.ts';
import { metrics } from '../plugins/metrics.ts';
import { openapi } from '../plugins/openapi.ts';
import { preparing } from '../plugins/preparing.ts';
import { problems, refuseAddress } from '../plugins/problems.ts';
import { security } from '../plugins/security.ts';
import { serialization } from '../plugins/serialization.ts';
import { soundText } from '../plugins/sound-text.ts';
import { createTransportProblems } from '../plugins/transport-problems.ts';
import { validation } from '../plugins/validation.ts';
import { sendPage, webApp } from '../plugins/web-app.ts';
import { type PressRouteDependencies, pressRoute } from '../presses/press-route.ts';
import { largestBody } from '../problems/body-shape.ts';
import type { Readiness } from '../readiness/read-readiness.ts';
import { createJudgement } from '../security/judge-request.ts';
import { createRequestGuard, type RequestGuardSettings } from '../security/request-guard.ts';
import { type Caller, createAuthenticator, type TokenHash } from '../security/tokens.ts';
import { boundConnections } from './bound-connections.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { logSerializers } from './log-serializers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    operation: OperationKey;
  }
}

import { type SignalRouteDependencies, signalRoute } from '../signals/signal-route.ts';

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
  readiness: () => Promise<Readiness>;
  isDatabaseDown: (error: unknown) => boolean;
  figures: Figures;
  hub: LiveHub;
  limits: ConnectionLimits;
  laneLimits: LaneLimits;
  precedence: Precedence;
  webRoot: string;
  /** Of notifiers whose messages have buttons that act. */
  presses: Pick<
    PressRouteDependencies,
    'presses' | 'deployment' | 'between' | 'newest' | 'over' | 'publicUrl' | 'now'
  >;
  /** Who tells of alerts, and where that is remembered. */
  signals: Pick<SignalRouteDependencies, 'signals' | 'alerts'>;
  logger: FastifyBaseLogger | null;
}

/** The application apart from the process: no timer, no port, no environment. */
export async function buildApp(deps: AppDependencies): Promise<FastifyInstance> {
  const { limits } = deps;
  const guard = createRequestGuard(deps.guard);
  const authenticate = createAuthenticator(deps.tokens, deps.tokensRequired);
  const judge = createJudgement(guard, authenticate);
  const door = createLiveDoor({
    hub: deps.hub,
    judge,
    preparing: deps.preparing,
    maxClients: limits.liveClients,
    onBroken: (error) => app.log.debug({ err: error }, 'a live connection broke'),
  });
  const transport = createTransportProblems();
  const app: FastifyInstance = Fastify({
    ...(deps.logger ? { loggerInstance: deps.logger.child({}, { serializers: logSerializers }) } : {}),
    bodyLimit: largestBody.bytes,
    genReqId: () => deps.newId(),
    ...serverOptions(limits, door),
    frameworkErrors: refuseAddress,
    clientErrorHandler: transport.refuse,
    // Kubernetes' names have up to 253 letters; the schema of a path says which are right.
    routerOptions: { maxParamLength: 1_024 },
  });
  boundConnections(app.server, limits);
  door.attach(app.server);
  transport.listen(app);
  problems(app, deps.isDatabaseDown, sendPage);
  validation(app);
  serialization(app);
  security(app, judge);
  await lanes(app, deps.laneLimits, deps.precedence);
  await compression(app);
  methods(app);
  closeWhileDraining(app);
  preparing(app, deps.preparing);
  jsonBodies(app);
  soundText(app);
  metrics(app, deps.figures);
  health(app, { readiness: deps.readiness, guard, authenticate });
  idempotency(app, deps.idempotencyKeys, deps.replica, deps.newId);
  await describedApi(app, deps.answer);
  await docs(app);
  const { answer, preparing: waitsFor, isDatabaseDown } = deps;
  await pressRoute(app, { ...deps.presses, answer, preparing: waitsFor, isDatabaseDown });
  await signalRoute(app, { ...deps.signals, figures: deps.figures });
  await webApp(app, deps.webRoot);
  return app;
}

function serverOptions(limits: ConnectionLimits, door: LiveDoor) {
  return {
    http: {
      // A request without a host is refused by us, in words.
      requireHostHeader: false,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      shouldUpgradeCallback: door.opensFor,
    },
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.keepAliveMs,
    // `drain` ends what is under way in its own time; until then it is answered as ever.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  } as const;
}

/** An answer given while the app stops is the last one on its connection. */
function closeWhileDraining(app: FastifyInstance): void {
  let draining = false;
  app.addHook('preClose', async () => {
    draining = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
}

/** The routes under `/api/v1` and the document that describes them. */
export async function describedApi(app: FastifyInstance, answer: Answerer): Promise<void> {
  await openapi(app);
  await app.register(
    async (api) => {
      registerEndpoints(api, Object.values(endpoints), answer);
      liveRoute(api);
    },
    { prefix: '/api/v1' },
  );
}
