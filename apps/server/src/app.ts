import Fastify, { type FastifyInstance } from 'fastify';
import type { Caller, Operations } from './operations.ts';
import { openapi } from './plugins/openapi.ts';
import type { Api } from './routes/api.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { overviewRoutes } from './routes/overview.ts';
import { runRoutes } from './routes/runs.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { serviceRoutes, triggerSetRoutes } from './routes/services.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** Honours `Idempotency-Key`. */
    idempotent?: boolean;
  }
}

export interface AppDependencies {
  operations: Operations;
}

export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const app = Fastify();
  app.decorateRequest('caller', null as never);
  await openapi(app);
  await app.register(async (api: Api) => apiRoutes(api, dependencies.operations), { prefix: '/api/v1' });
  return app;
}

function apiRoutes(api: Api, operations: Operations): void {
  overviewRoutes(api, operations);
  serviceRoutes(api, operations);
  triggerSetRoutes(api, operations);
  deploymentRoutes(api, operations);
  runRoutes(api, operations);
  sandboxRoutes(api, operations);
}
