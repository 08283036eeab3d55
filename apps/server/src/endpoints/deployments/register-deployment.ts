import { defineEndpoint } from '../endpoint.ts';
import * as wire from './deployment-schema.ts';
import { register } from './register.ts';
import { toRegistration } from './to-registration.ts';

export const registerDeployment = defineEndpoint({
  operationId: 'registerDeployment',
  method: 'POST',
  url: '/deployments',
  lane: 'asking',
  tag: 'deployments',
  summary: 'Say that a deployment begins; call it before applying',
  body: wire.DeploymentInput,
  status: 201,
  answer: wire.Deployment,
  location: ({ id }) => `/api/v1/deployments/${id}`,
  handle: (deps, { body, operation }) =>
    register({ ...deps, newId: () => operation.id }, toRegistration(body, operation.key)),
});
