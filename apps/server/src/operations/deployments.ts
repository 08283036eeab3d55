import type { OtherChange } from '@lastgood/domain';
import { previewRollback, type Registration, registerDeployment, reportStatus } from '@lastgood/engine';
import type { DeploymentDetailRow } from '@lastgood/store/views/view-rows';
import type { OperationDependencies } from '../dependencies.ts';
import { toDecisionView, toDeploymentDto, toReleaseRef, toTimelineEvent } from '../dto/deployment-dto.ts';
import { iso } from '../dto/instant.ts';
import { toEvaluatorDto } from '../dto/now-dto.ts';
import { toSeries } from '../dto/readings-dto.ts';
import { toPlanDto } from '../dto/run-dto.ts';
import { toHoldDto } from '../dto/service-dto.ts';
import { toTriggerView, worstFirst } from '../dto/trigger-dto.ts';
import type { Operations, Wire } from '../operations.ts';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { given, markOf, readPage } from './paging.ts';

type DeploymentOperations = Pick<
  Operations,
  | 'registerDeployment'
  | 'updateDeployment'
  | 'listDeployments'
  | 'deploymentView'
  | 'deploymentReadings'
  | 'planPreview'
>;

/** More points than this are not drawn; the range is cut to the newest. */
const longestRangeMs = 7 * 24 * 60 * 60_000;

export function deploymentOperations(deps: OperationDependencies): DeploymentOperations {
  const { store, clock } = deps;
  return {
    registerDeployment: (input, operation) =>
      register({ ...deps, newId: () => operation.id }, toRegistration(input, operation.key)),
    async updateDeployment(id, input) {
      const result = await reportStatus(
        engineDeps(deps),
        id,
        input.status,
        input.detail ?? null,
        new AbortController().signal,
      );
      if (result.kind === 'not-found') throw noDeployment(id);
      if (result.kind === 'ended') {
        const { release, status } = result.deployment;
        throw new ProblemError(
          409,
          'conflict',
          `Release ${release} has ended already (${status}); its status cannot become ${input.status}.`,
        );
      }
      return toDeploymentDto(result.deployment);
    },
    listDeployments: ({ service, ...page }) =>
      readPage(
        page,
        (limit) => store.views.deployments({ ...given({ service, after: markOf(page.cursor) }), limit }),
        (deployment) => toDeploymentDto(deployment),
        (deployment) => [deployment.startedAt, deployment.id],
      ),
    async deploymentView(id) {
      const row = await store.views.deployment(id);
      if (!row) throw noDeployment(id);
      return toDeploymentView(deps, row, clock.now());
    },
    deploymentReadings: (id, range) => readings(deps, id, range),
    planPreview: (id, target) => preview(deps, id, target),
  };
}

export function noDeployment(id: string): ProblemError {
  return notFound(`There is no deployment ${id}. GET /api/v1/deployments lists them.`);
}

export function engineDeps({ store, ports, clock, newId, settings }: OperationDependencies) {
  return {
    deployments: store.deployments,
    rollout: ports.rollout,
    clock,
    newId,
    deadlineMs: settings.clusterDeadlineMs,
  };
}

function toRegistration(input: Wire<'DeploymentInput'>, idempotencyKey: string | null): Registration {
  if (input.pipelineUrl !== undefined && !/^https?:\/\//.test(input.pipelineUrl)) {
    throw new ProblemError(422, 'invalid-request', '/pipelineUrl: must be an http or https address.', {
      errors: [{ path: '/pipelineUrl', message: 'must be an http or https address' }],
    });
  }
  return {
    service: input.service,
    idempotencyKey,
    version: input.version ?? null,
    commit: input.commit ?? null,
    author: input.author ?? null,
    pipelineUrl: input.pipelineUrl ?? null,
    images: input.images ?? {},
    changes: (input.changes ?? []).map((change, index) => toOtherChange(change, index)),
  };
}

type InputChange = NonNullable<Wire<'DeploymentInput'>['changes']>[number];

function toOtherChange({ kind, target, before, after }: InputChange, index: number): OtherChange {
  if (kind === 'workload') {
    const message = 'Lastgood captures workloads itself; leave changes of kind workload out.';
    throw new ProblemError(422, 'invalid-request', `/changes/${index}/kind: ${message}`, {
      errors: [{ path: `/changes/${index}/kind`, message }],
    });
  }
  return { kind, target, before: before ?? null, after: after ?? null };
}

export async function register(
  deps: OperationDependencies,
  registration: Registration,
): Promise<Wire<'Deployment'>> {
  const result = await registerDeployment(engineDeps(deps), registration, new AbortController().signal);
  switch (result.kind) {
    case 'registered':
      return { ...toDeploymentDto(result.deployment), warnings: result.warnings };
    case 'unknown-service':
      throw new ProblemError(
        422,
        'invalid-request',
        `There is no service ${registration.service}. Declare it first with PUT /api/v1/services/${registration.service}.`,
        { errors: [{ path: '/service', message: 'is not a declared service' }] },
      );
    case 'held':
      throw new ProblemError(
        409,
        'held',
        `This version was taken back and is held: ${result.hold.reason} Deploy another one. If it should go out after all, release the hold on the page of ${registration.service}.`,
        { holdId: result.hold.id, runId: result.hold.runId },
      );
  }
}

function toDeploymentView(
  { sources, settings }: OperationDependencies,
  row: DeploymentDetailRow,
  now: number,
): Wire<'DeploymentView'> {
  const { deployment, service } = row;
  const target = row.lastKnownGood;
  return {
    at: iso(now),
    deployment: toDeploymentDto(deployment, true),
    serviceName: service.name,
    environment: service.environment,
    triggers: worstFirst(row.triggers).map(toTriggerView),
    decision: toDecisionView(row.lastDecision, now),
    previous: row.previous && toReleaseRef(row.previous),
    target: target && toReleaseRef(target),
    targetProblem: targetProblem(row),
    activeRunId: row.activeRunId,
    lastRunId: row.lastRunId,
    holds: row.holds.map(toHoldDto),
    evaluator: toEvaluatorDto(row.evaluator, settings.intervalMs),
    trouble: sources.troubleOf(service.key),
    timeline: row.timeline.map(toTimelineEvent),
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

async function readings(
  { store, clock, settings }: OperationDependencies,
  id: string,
  range: { from?: string; to?: string },
): Promise<Wire<'DeploymentReadings'>> {
  const row = await store.views.deployment(id);
  if (!row) throw noDeployment(id);
  const { startedAt, watchClosedAt } = row.deployment;
  const to = range.to === undefined ? (watchClosedAt ?? clock.now()) : Date.parse(range.to);
  const from = Math.max(range.from === undefined ? startedAt : Date.parse(range.from), to - longestRangeMs);
  const rows = await store.views.readings(id, from, to);
  return {
    from: iso(from),
    to: iso(Math.max(from, to)),
    intervalSeconds: settings.intervalMs / 1000,
    series: toSeries(rows, row.triggers),
  };
}

async function preview(
  deps: OperationDependencies,
  id: string,
  target: string | null,
): Promise<Wire<'PlanPreview'>> {
  const { store, ports, clock, settings } = deps;
  const found = await previewRollback(
    { deployments: store.deployments, ports },
    id,
    target,
    AbortSignal.timeout(settings.clusterDeadlineMs),
  );
  if (found.kind === 'not-found') throw notFound(`There is no ${found.what}.`);
  const at = iso(clock.now());
  if (found.result.kind === 'refused') return { at, plan: null, refusals: found.result.refusals };
  const { plan } = found.result;
  const goal = await store.deployments.deployment(plan.target.deploymentId);
  const startedAt = found.deployment.startedAt;
  return {
    at,
    plan: toPlanDto(plan, { from: startedAt, target: goal?.startedAt ?? startedAt }),
    refusals: [],
  };
}
