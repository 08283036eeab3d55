import { defineEndpoint } from '../endpoint.ts';
import { requireSandbox } from './require-sandbox.ts';
import { SandboxView } from './sandbox-schema.ts';

export const sandboxView = defineEndpoint({
  operationId: 'sandboxView',
  method: 'GET',
  url: '/sandbox',
  lane: 'asking',
  tag: 'sandbox',
  summary: 'What the sandbox shows, with its sample services and the versions they can run',
  answer: SandboxView,
  async handle(deps) {
    const [shown, declared] = await Promise.all([
      requireSandbox(deps).shown(),
      deps.store.deployments.followed(),
    ]);
    // What is not declared is nobody's to bring out: a deployment is of a service.
    const known = new Set<string>(declared.map(({ service }) => service.key));
    return {
      shown: shown.map(({ services, waitsFor, ...rest }) => {
        const played = services.filter(({ key }) => known.has(key));
        // What has just come up is declared within seconds.
        const isComing = services.length > 0 && played.length === 0;
        return {
          ...rest,
          waitsFor: isComing ? 'it is being declared' : waitsFor,
          services: played.map(({ key, ...one }) => ({ service: key, ...one })),
        };
      }),
    };
  },
});
