import type { Operations } from '../operations.ts';
import { Deployment, SandboxDeployInput, SandboxView } from '../schemas/index.ts';
import { ref } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers, IdempotencyHeaders } from './route-parts.ts';

const tags = ['sandbox'];

/** 404 unless Lastgood runs with its sandbox world. */
export function sandboxRoutes(api: Api, operations: Operations): void {
  api.get(
    '/sandbox',
    {
      schema: {
        operationId: 'sandboxView',
        tags,
        summary: 'The sample services and the versions they can run',
        response: answers(200, SandboxView),
      },
    },
    () => operations.sandboxView(),
  );
  api.post(
    '/sandbox/deploy',
    {
      schema: {
        operationId: 'sandboxDeploy',
        tags,
        summary: 'Bring a version of a sample service out, as a pipeline would',
        headers: IdempotencyHeaders,
        body: ref(SandboxDeployInput),
        response: answers(201, Deployment),
      },
    },
    async (request, reply) => reply.code(201).send(await operations.sandboxDeploy(request.body)),
  );
}
