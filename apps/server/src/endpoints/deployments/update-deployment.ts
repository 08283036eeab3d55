import { releaseSubject } from '@lastgood/domain';
import { reportStatus } from '@lastgood/engine';
import { ProblemError } from '../../problems/problem-error.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toDeploymentDto } from './deployment-dto.ts';
import { Deployment, DeploymentPatchInput } from './deployment-schema.ts';
import { noDeployment } from './no-deployment.ts';
import { engineDeps } from './register.ts';

export const updateDeployment = defineEndpoint({
  operationId: 'updateDeployment',
  method: 'PATCH',
  url: '/deployments/:id',
  lane: 'asking',
  tag: 'deployments',
  summary: 'Say how a deployment ended',
  params: IdParams,
  body: DeploymentPatchInput,
  answer: Deployment,
  async handle(deps, { params: { id }, body: { status, detail } }) {
    const never = new AbortController().signal;
    const result = await reportStatus(engineDeps(deps), { id, status, detail: detail ?? null }, never);
    if (result.kind === 'not-found') throw noDeployment(id);
    if (result.kind === 'ended') {
      const ended = result.deployment;
      throw new ProblemError(
        409,
        'conflict',
        `${releaseSubject(ended)} has ended already (${ended.status.replace('_', ' ')}); its status cannot become ${status}.`,
      );
    }
    return toDeploymentDto(result.deployment);
  },
});
