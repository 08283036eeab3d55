import { defineEndpoint } from '../endpoint.ts';
import { requireSandbox } from './require-sandbox.ts';
import { SandboxView } from './sandbox-schema.ts';

export const sandboxView = defineEndpoint({
  operationId: 'sandboxView',
  method: 'GET',
  url: '/sandbox',
  lane: 'asking',
  tag: 'sandbox',
  summary: 'The sample services and the versions they can run',
  answer: SandboxView,
  async handle(deps) {
    const [services, declared] = await Promise.all([
      requireSandbox(deps).services(),
      deps.store.deployments.followed(),
    ]);
    // What is not declared is nobody's to bring out: a deployment is of a service.
    const known = new Set<string>(declared.map(({ service }) => service.key));
    return {
      services: services
        .filter(({ key }) => known.has(key))
        .map(({ key, ...rest }) => ({ service: key, ...rest })),
    };
  },
});
