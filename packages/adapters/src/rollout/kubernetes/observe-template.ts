import type { TemplateSeen } from '@lastgood/domain/rollback/contracts/set-template';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { operationAnnotation } from '../../kubernetes/operation-note.ts';
import { fenceOf } from './fenced-patch.ts';
import { fetchWorkload, notSeen } from './read-workload.ts';
import { resumeHint } from './resume-hint.ts';
import type { ServedWorkload } from './served-objects.ts';
import { bareTemplate, templateDigest } from './template-digest.ts';

/** One request: setting a template needs neither pods nor history. */
export async function observeTemplate(
  api: ApiClient,
  target: WorkloadTarget,
  signal: AbortSignal,
): Promise<Observed<TemplateSeen>> {
  const answer = await fetchWorkload(api, target, signal);
  return answer.kind === 'ok'
    ? { kind: 'seen', seen: templateSeen(answer.found, target) }
    : notSeen(answer, target);
}

function templateSeen({ metadata, spec }: ServedWorkload, target: WorkloadTarget): TemplateSeen {
  return {
    uid: metadata.uid,
    template: bareTemplate(spec.template),
    templateDigest: templateDigest(spec.template),
    operation: metadata.annotations?.[operationAnnotation] ?? null,
    paused: spec.paused === true,
    resumeHint: resumeHint(target),
    beingDeleted: Boolean(metadata.deletionTimestamp),
    fence: fenceOf(metadata),
  };
}
