import { releaseName } from '@lastgood/domain';
import { requestRollback } from '@lastgood/engine';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import { IdParams } from '../../wire/named.ts';
import { noDeployment } from '../deployments/no-deployment.ts';
import { defineEndpoint } from '../endpoint.ts';
import { evidenceOnScreen } from './evidence-on-screen.ts';
import { RollbackInput } from './plan-schema.ts';
import { readRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const rollbackDeployment = defineEndpoint({
  operationId: 'rollbackDeployment',
  method: 'POST',
  url: '/deployments/:id/rollback',
  lane: 'acting',
  tag: 'deployments',
  summary: 'Take a deployment back; needs no approval',
  params: IdParams,
  body: RollbackInput,
  status: 202,
  answer: Run,
  location: ({ id }) => `/api/v1/runs/${id}`,
  async handle(deps, { params: { id }, body, caller, operation }) {
    const { store, clock } = deps;
    const shown = await store.views.deploymentTriggers(id);
    if (!shown) throw noDeployment(id);
    const result = await requestRollback(
      { deployments: store.deployments, clock, newId: () => operation.id, queueRun: store.commands.queueRun },
      {
        deploymentId: id,
        targetId: body.target ?? null,
        requester: caller,
        reason: body.reason?.trim() ?? null,
        group: body.group ?? 'alone',
        stopCondition: body.stopCondition ?? 'any-failure',
        startsInMs: (body.startsInSeconds ?? 0) * 1000,
        evidence: evidenceOnScreen(shown.triggers),
        accepting: body.accepting,
        including: body.including,
        removing: body.removing,
      },
    );
    switch (result.kind) {
      case 'queued':
      case 'joined':
        return readRun(deps, result.run.id);
      case 'conflict':
        throw new ProblemError(
          409,
          'run-active',
          `A rollback of ${result.takesBack.service} takes ${releaseName(result.takesBack)} back already. Wait until it is done or has stopped, then roll back again; or undo it while it has not started.`,
          { runId: result.run.id, targetDeploymentId: result.targetDeploymentId },
        );
      case 'not-removable':
      case 'no-group':
        throw new ProblemError(
          409,
          'no-plan',
          result.refusals.map(({ reason, advice }) => `${reason} ${advice}`).join(' '),
        );
      case 'no-target':
        throw new ProblemError(
          409,
          'no-plan',
          'No earlier release of this service is known to be good. Choose one of its releases as the target.',
        );
      case 'not-current':
        throw new ProblemError(409, 'conflict', result.reason);
      case 'not-found':
        throw notFound(`There is no ${result.what}.`);
    }
  },
});
