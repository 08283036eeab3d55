import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { defineEndpoint } from '../endpoint.ts';
import { noRun } from '../runs/read-run.ts';
import { toRunDto } from '../runs/run-dto.ts';
import { toEvidenceDto } from '../runs/run-evidence-dto.ts';
import { explainDecision, undecided } from './explain-decision.ts';
import { Explanation } from './explanation-schema.ts';

export const runExplanation = defineEndpoint({
  operationId: 'runExplanation',
  method: 'GET',
  url: '/runs/:id/explanation',
  tag: 'runs',
  summary: 'Why a run was made: what was asked, answered and concluded, and whether that comes out again',
  params: IdParams,
  answer: Explanation,
  async handle(deps, { params: { id } }) {
    const { store, clock } = deps;
    const row = await store.views.run(id);
    if (!row) throw noRun(id);
    const { requester, service, serviceName, deploymentId } = toRunDto(row, clock.now());
    const decisionId = row.decision?.id;
    const judged = decisionId === undefined ? null : await store.views.judgedDecision({ id: decisionId });
    const bySomebody = `${requester.name} asked for it${row.run.reason === '' ? '.' : `: ${row.run.reason}`}`;
    return {
      ...(judged ? await explainDecision(deps, judged) : undecided(bySomebody)),
      ...{ at: iso(clock.now()), service, serviceName, deploymentId, runId: id },
      release: toReleaseRef(row.from),
      askedFor: requester.kind,
      askedBy: requester.name,
      onScreen: toEvidenceDto(row),
    };
  },
});
