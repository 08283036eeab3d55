import Fastify, { type FastifyInstance } from 'fastify';
import { validation } from '../plugins/validation.ts';
import { describedApi } from './app.ts';

/** The OpenAPI document as it is served, built without a world behind it. */
export async function openapiDocument(): Promise<object> {
  const app: FastifyInstance = Fastify();
  const answer = ({ operationId }: { operationId: string }) => {
    throw new Error(`Describing the API must not run it: ${operationId}`);
  };
  validation(app);
  await describedApi(app, answer);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
