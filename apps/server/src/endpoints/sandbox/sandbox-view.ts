import { defineEndpoint } from '../endpoint.ts';
import { SandboxView } from './sandbox-schema.ts';
import { worldOf } from './world-of.ts';

export const sandboxView = defineEndpoint({
  operationId: 'sandboxView',
  method: 'GET',
  url: '/sandbox',
  tag: 'sandbox',
  summary: 'The sample services and the versions they can run',
  answer: SandboxView,
  async handle(deps) {
    const services = await worldOf(deps).services();
    return { services: services.map(({ key, ...rest }) => ({ service: key, ...rest })) };
  },
});
