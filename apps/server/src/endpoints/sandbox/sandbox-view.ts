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
    const services = await requireSandbox(deps).services();
    return { services: services.map(({ key, ...rest }) => ({ service: key, ...rest })) };
  },
});
