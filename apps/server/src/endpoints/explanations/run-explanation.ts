import type { RunDetailRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { defineEndpoint } from '../endpoint.ts';
import { noRun } from '../runs/read-run.ts';
import { toRunDto } from '../runs/run-dto.ts';
import { toEvidenceDto } from '../runs/run-evidence-dto.ts';
import type { Run } from '../runs/run-schema.ts';
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
    return {
      ...(judged ? await explainDecision(deps, judged) : withoutDecision(row, requester)),
      ...{ at: iso(clock.now()), service, serviceName, deploymentId, runId: id },
      release: toReleaseRef(row.from),
      askedFor: requester.kind,
      askedBy: requester.name,
      onScreen: toEvidenceDto(row),
    };
  },
});

/** Of a run that somebody asked for, or whose decision is not kept any more. */
function withoutDecision({ run, members }: RunDetailRow, { kind, name }: Run['requester']) {
  const others = members.map(({ member }) => member.service).filter((one) => one !== run.service);
  const together = others.length === 0 ? '' : ` Taken back with it: ${others.map(shortName).join(', ')}.`;
  if (kind === 'automatic')
    return undecided(`${run.reason === '' ? `${name} fired.` : run.reason}${together}`, {
      outcome: 'cannot',
      why: 'Not replayed: the decision that made it is not kept any more.',
    });
  const why = run.reason === '' ? '.' : `: ${run.reason}`;
  return undecided(`${name} asked for it${why}${together}`, {
    outcome: 'none',
    why: `${name} decided it, not Lastgood: there is no decision to replay.`,
  });
}

function shortName(service: string): string {
  return service.split('/').at(-1) ?? service;
}
