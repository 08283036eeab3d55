import { type Registration, registerDeployment } from '@lastgood/engine';
import { ProblemError } from '../../problems/problem-error.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { toDeploymentDto } from './deployment-dto.ts';
import type { Deployment } from './deployment-schema.ts';

export async function register(deps: EndpointDependencies, registration: Registration): Promise<Deployment> {
  const result = await registerDeployment(engineDeps(deps), registration, new AbortController().signal);
  switch (result.kind) {
    case 'registered':
      return {
        ...toDeploymentDto(result.deployment),
        warnings: result.deployment.notices.map(({ words }) => words),
      };
    case 'unknown-service':
      throw new ProblemError(
        422,
        'invalid-request',
        `There is no service ${registration.service}. Declare it first with PUT /api/v1/services/${registration.service}.`,
        { errors: [{ path: '/service', message: 'is not a declared service' }] },
      );
    case 'unfit-change': {
      const { index, member, reason } = result.unfit;
      const path = `/changes/${index}/${member}`;
      throw new ProblemError(422, 'invalid-request', `${path}: ${reason}`, {
        errors: [{ path, message: reason }],
      });
    }
    case 'held':
      throw new ProblemError(
        409,
        'held',
        `This version was taken back and is held: ${result.hold.reason} Deploy another one. If it should go out after all, release the hold on the page of ${registration.service}.`,
        { holdId: result.hold.id, runId: result.hold.runId },
      );
  }
}

/** What the engine needs to register a deployment or to end one. */
export function engineDeps({ store, ports, clock, newId, settings }: EndpointDependencies) {
  return {
    deployments: store.deployments,
    ports,
    clock,
    newId,
    deadlineMs: settings.clusterDeadlineMs,
  };
}
