import type { OtherChange } from '@lastgood/domain';
import type { Registration } from '@lastgood/engine';
import { ProblemError } from '../../problems/problem-error.ts';
import { refuseUnfitLink } from '../../wire/web-link.ts';
import { defineEndpoint } from '../endpoint.ts';
import * as wire from './deployment-schema.ts';
import { register } from './register.ts';

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

function toRegistration(input: wire.DeploymentInput, idempotencyKey: string | null): Registration {
  refuseUnfitLink(input.pipelineUrl, '/pipelineUrl');
  return {
    service: input.service,
    idempotencyKey,
    version: input.version ?? null,
    commit: input.commit ?? null,
    author: input.author ?? null,
    pipelineUrl: input.pipelineUrl ?? null,
    images: input.images ?? {},
    contracts: { provides: input.provides ?? {}, needs: input.needs ?? {} },
    changes: (input.changes ?? []).map((change, index) => toOtherChange(change, index)),
  };
}

type InputChange = NonNullable<wire.DeploymentInput['changes']>[number];

function toOtherChange({ kind, target, before, after }: InputChange, index: number): OtherChange {
  if (kind === 'workload') {
    const message = 'Lastgood captures workloads itself; leave changes of kind workload out.';
    throw new ProblemError(422, 'invalid-request', `/changes/${index}/kind: ${message}`, {
      errors: [{ path: `/changes/${index}/kind`, message }],
    });
  }
  return { kind, target, before: before ?? null, after: after ?? null };
}
