import { type Deployment, pastStanding, type Standing } from '@lastgood/domain';
import type { DeploymentDetailRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { toTimeline } from '../events/event-dto.ts';
import { toHoldDto } from '../holds/hold-dto.ts';
import { readStandings, type Standings } from '../standing/read-standings.ts';
import { toStandingDto } from '../standing/standing-dto.ts';
import { evaluatorOf } from '../status/evaluator-status.ts';
import { toAcknowledgementDto } from './acknowledgement-dto.ts';
import { toDecisionView, toDeploymentDto, toReleaseRef } from './deployment-dto.ts';
import * as wire from './deployment-schema.ts';
import { noDeployment } from './no-deployment.ts';
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
    const now = deps.clock.now();
    const row = await deps.store.views.deployment(id);
    if (!row) throw noDeployment(id);
    const standings = await readStandings(deps, [row.service.key], now);
    return toDeploymentView(deps, row, standingIn(standings, row.deployment), now);
  },
});

/** Of its service, while it is what is judged there; else how it ended. */
export function standingIn(standings: Standings, deployment: Deployment): Standing {
  const found = standings.of(deployment.service);
  return found && found.known.release?.id === deployment.id ? found.standing : pastStanding(deployment);
}

export function toDeploymentView(
  { sources, settings }: Pick<EndpointDependencies, 'sources' | 'settings'>,
  row: DeploymentDetailRow,
  standing: Standing,
  now: number,
): wire.DeploymentView {
  const { deployment, service } = row;
  const target = row.lastKnownGood;
  return {
    at: iso(now),
    deployment: toDeploymentDto(deployment, true),
    serviceName: service.name,
    environment: service.environment,
    standing: toStandingDto(standing),
    triggers: worstFirst(row.triggers).map(toTriggerView),
    decision: toDecisionView(row, now),
    previous: row.previous && toReleaseRef(row.previous),
    target: target && toReleaseRef(target),
    targetProblem: targetProblem(row),
    activeRunId: row.activeRunId,
    lastRunId: row.lastRunId,
    beyondWindow: beyondWindowOf(row, now),
    acknowledgement: row.acknowledgement && toAcknowledgementDto(row.acknowledgement),
    holds: row.holds.map(toHoldDto),
    evaluator: evaluatorOf(settings, row.evaluator, now),
    trouble: sources.troubleOf(service.key),
    ...toTimeline(row.timeline),
  };
}

/** Why one click cannot work, as far as records tell; the plan preview asks the cluster too. */
function targetProblem(row: DeploymentDetailRow): string | null {
  const { deployment, lastKnownGood, service, activeRunId } = row;
  if (deployment.status === 'rolled_back') return `Release ${deployment.release} is rolled back already.`;
  if (activeRunId !== null) return `${service.name} is being rolled back now, by run ${activeRunId}.`;
  if (deployment.supersededBy !== null)
    return `A newer release of ${service.name} has replaced this one. Roll that one back.`;
  if (lastKnownGood === null)
    return `No earlier release of ${service.name} is known to be good. Choose one of its releases as the target.`;
  return null;
}
