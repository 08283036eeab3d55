import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { noDeployment } from '../deployments/no-deployment.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { describeEvidence } from '../runs/run-evidence-dto.ts';
import { explainDecision, undecided } from './explain-decision.ts';
import { Explanation } from './explanation-schema.ts';

export const deploymentExplanation = defineEndpoint({
  operationId: 'deploymentExplanation',
  method: 'GET',
  url: '/deployments/:id/explanation',
  tag: 'deployments',
  summary: 'Why the last decision about a deployment was made, and whether it comes out again',
  params: IdParams,
  answer: Explanation,
  async handle(deps, { params: { id } }) {
    const { store, clock } = deps;
    const row = await store.views.deployment(id);
    if (!row) throw noDeployment(id);
    const judged = await store.views.judgedDecision({ deploymentId: id });
    const { deployment, service } = row;
    return {
      ...(judged
        ? await explainDecision(deps, judged)
        : undecided(await withoutDecision(deps, row.lastRunId), nothingDecided)),
      ...{ at: iso(clock.now()), service: service.key, serviceName: service.name, deploymentId: id },
      ...{ release: toReleaseRef(deployment), runId: null, askedFor: 'nobody' as const, askedBy: null },
      onScreen: (judged?.decision.evidence ?? []).map((one) => ({
        ...{ trigger: one.trigger, phase: one.phase, text: describeEvidence(one) },
      })),
    };
  },
});

const nothingDecided = {
  outcome: 'none',
  why: 'Nothing was decided about it, so there is nothing to replay.',
} as const;

/** One that somebody took back, or that went back with another service, was decided about elsewhere. */
async function withoutDecision({ store }: Pick<EndpointDependencies, 'store'>, runId: string | null) {
  const nothing = 'Nothing was decided about this deployment';
  const row = runId === null ? null : await store.views.run(runId);
  if (!row) return `${nothing}.`;
  const { requester, service } = row.run;
  const asked =
    requester.kind === 'automatic'
      ? `${requester.trigger} of ${service} made`
      : `${requester.name} asked for`;
  return `${nothing} by itself: its rollback is part of run ${row.run.id}, which ${asked}.`;
}
