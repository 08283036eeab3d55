import Fastify, { type FastifyInstance } from 'fastify';
import { describedApi } from './app.ts';
import type { Operations } from './operations.ts';
import { validation } from './plugins/validation.ts';

/** The OpenAPI document as it is served, built without a world behind it. */
export async function openapiDocument(): Promise<object> {
  const app: FastifyInstance = Fastify();
  validation(app);
  await describedApi(app, noOperations, null);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

const noOperations = new Proxy({} as Operations, {
  get(_target, name) {
    throw new Error(`Describing the API must not run it: ${String(name)}`);
  },
});
