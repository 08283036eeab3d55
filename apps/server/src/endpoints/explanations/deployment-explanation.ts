import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { noDeployment } from '../deployments/no-deployment.ts';
import { defineEndpoint } from '../endpoint.ts';
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
        : undecided('Nothing was decided about this deployment.')),
      ...{ at: iso(clock.now()), service: service.key, serviceName: service.name, deploymentId: id },
      ...{ release: toReleaseRef(deployment), runId: null, askedFor: 'nobody' as const, askedBy: null },
      onScreen: (judged?.decision.evidence ?? []).map((one) => ({
        ...{ trigger: one.trigger, phase: one.phase, text: describeEvidence(one) },
      })),
    };
  },
});
