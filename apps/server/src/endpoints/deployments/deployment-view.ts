import { commitLink, linksOf, pastStanding, readAs, type Standing } from '@lastgood/domain';
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
    const now = deps.clock.now();
    const row = await deps.store.views.deployment(id);
    if (!row) throw noDeployment(id);
    const standings = await readStandings(deps, [row.service.key], now);
    return toDeploymentView(deps, row, standingIn(standings, row), now);
  },
});

/**
 * Of its service, while it is what is judged there, or what a rollback takes back that goes on or stopped half-way; else how it
 * ended.
 */
export function standingIn(
  standings: Standings,
  { deployment, lastRunId, isNewest }: Pick<DeploymentDetailRow, 'deployment' | 'lastRunId' | 'isNewest'>,
): Standing {
  const found = standings.of(deployment.service);
  if (!found) return pastStanding(deployment, !isNewest);
  const { release, activeRun, stoppedRunId } = found.known;
  const isJudged = release?.id === deployment.id;
  const isTakenBack = lastRunId !== null && [activeRun?.id, stoppedRunId].includes(lastRunId);
  return isJudged || isTakenBack ? found.standing : pastStanding(deployment);
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
    deployment: toDeploymentDto(deployment),
    serviceName: service.name,
    environment: service.environment,
    standing: toStandingDto(standing),
    read: readAs(deployment, row),
    triggers: worstFirst(row.triggers).map((one) => toTriggerView(one, row)),
    triggerOverrides: row.overrides,
    decision: toDecisionView(row, now),
    previous: row.previous && toReleaseRef(row.previous),
    target: target && toReleaseRef(target),
    targetProblem: clickProblem(row),
    activeRunId: row.activeRunId,
    lastRunId: row.lastRunId,
    links: linksOf(row),
    commitUrl: commitLink(service, deployment.commit),
    beyondWindow: beyondWindowOf(row, now),
    acknowledgement: row.acknowledgement && toAcknowledgementDto(row.acknowledgement),
    holds: row.holds.map(toHoldDto),
    evaluator: evaluatorOf({ sources, settings }, row.evaluator, now),
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
