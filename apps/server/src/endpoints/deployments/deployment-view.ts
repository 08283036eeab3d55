import { commitLink, linksOf } from '@lastgood/domain';
import type { DeploymentDetailRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { toTimeline } from '../events/event-dto.ts';
import { toHoldDto } from '../holds/hold-dto.ts';
import { toEvaluatorDto } from '../status/status-dto.ts';
import { toDecisionView, toDeploymentDto, toReleaseRef } from './deployment-dto.ts';
import * as wire from './deployment-schema.ts';
import { noDeployment } from './no-deployment.ts';
import { targetProblem } from './target-problem.ts';
import { beyondWindowOf, toTriggerView, worstFirst } from './trigger-dto.ts';

export const deploymentView = defineEndpoint({
  operationId: 'deploymentView',
  method: 'GET',
  url: '/deployments/:id',
  tag: 'deployments',
  summary: 'One deployment: triggers, decision, target, timeline',
  params: IdParams,
  answer: wire.DeploymentView,
  async handle(deps, { params: { id } }) {
    const row = await deps.store.views.deployment(id);
    if (!row) throw noDeployment(id);
    return toDeploymentView(deps, row, deps.clock.now());
  },
});

function toDeploymentView(
  { sources, settings }: EndpointDependencies,
  row: DeploymentDetailRow,
  now: number,
): wire.DeploymentView {
  const { deployment, service } = row;
  const target = row.lastKnownGood;
  return {
    at: iso(now),
    deployment: toDeploymentDto(deployment, true),
    serviceName: service.name,
    environment: service.environment,
    triggers: worstFirst(row.triggers).map((trigger) => toTriggerView(trigger, row)),
    decision: toDecisionView(row, now),
    previous: row.previous && toReleaseRef(row.previous),
    target: target && toReleaseRef(target),
    targetProblem: clickProblem(row),
    activeRunId: row.activeRunId,
    lastRunId: row.lastRunId,
    links: linksOf(row),
    commitUrl: commitLink(service, deployment.commit),
    beyondWindow: beyondWindowOf(row, now),
    holds: row.holds.map(toHoldDto),
    evaluator: toEvaluatorDto(row.evaluator, settings.intervalMs),
    trouble: sources.troubleOf(service.key),
    ...toTimeline(row.timeline),
  };
}

/** Why one click cannot work, as far as records tell; the plan preview asks the cluster too. */
function clickProblem(row: DeploymentDetailRow): string | null {
  const problem = targetProblem(row);
  if (problem !== null || row.lastKnownGood !== null) return problem;
  return `No earlier release of ${row.service.name} is known to be good. Choose one of its releases as the target.`;
}
