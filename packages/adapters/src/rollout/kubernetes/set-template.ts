import type { TemplateSeen, TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { takenFromTemplate } from '@lastgood/domain/workload/kept-images';
import { endOfAttempt, nameOf, reasonOf } from '../../kubernetes/answer-words.ts';
import { type ApiAnswer, type ApiRejection, isLostFence } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { fencedPatch } from './fenced-patch.ts';
import type { ServedWorkload } from './served-objects.ts';
import { templateChanges } from './template-changes.ts';
import { templateDigest } from './template-digest.ts';

/** How soon the workload is looked at again when it was changed between the look and the write, in milliseconds. */
const lookAgainMs = 200;

interface TemplateWrite {
  api: ApiClient;
  target: TemplateTarget;
  seen: TemplateSeen;
  operation: string;
  mode: WriteMode;
  signal: AbortSignal;
}

interface WriteMode {
  /** Ask for everything but the storing. https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run */
  dryRun: boolean;
  fieldManager: string;
}

/**
 * Sends the template once, fenced by what was seen. Whether it may be sent is judged before, on the same look:
 * - the fence is lost (422 without causes, 409), or the object is gone: nothing has happened, only a new look tells why.
 * - the answer is lost: the write may have happened, or may yet arrive. It and a later one carry the same fence, so at most
 *   one of them is accepted. A rehearsal stores nothing and is simply asked again.
 */
export async function setTemplate(write: TemplateWrite): Promise<EffectResult> {
  const { target, mode } = write;
  if (templateDigest(target.stored ?? target.template) !== target.templateDigest) {
    return { kind: 'refused', reason: "the plan names a digest that is not its template's; plan anew" };
  }
  const answer = await sendTemplate(write);
  if (answer.kind === 'ok') return accepted(answer.body as ServedWorkload, target, mode);
  if (answer.kind === 'lost' && !mode.dryRun) return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && isOvertaken(answer)) {
    const reason = `${nameOf(target.workload)} was changed by others while it was looked at`;
    return { kind: 'retry', reason, afterMs: lookAgainMs };
  }
  return endOfAttempt(answer);
}

/** The write itself, or its rehearsal. */
export function sendTemplate({
  api,
  target,
  seen,
  operation,
  mode,
  signal,
}: TemplateWrite): Promise<ApiAnswer> {
  const { fieldManager } = mode;
  return api(
    {
      method: 'PATCH',
      path: workloadPath(target.workload),
      query: mode.dryRun ? { fieldManager, dryRun: 'All' } : { fieldManager },
      body: fencedPatch(seen, target, operation),
      contentType: 'application/json-patch+json',
    },
    signal,
  );
}

export function isOvertaken(rejection: ApiRejection): boolean {
  return isLostFence(rejection) || rejection.code === 404;
}

/**
 * Admission may change what is stored. What it adds is told; that it takes an image or a container away is refused in the
 * rehearsal. Of the real write, only reading back tells whether it is the target.
 */
function accepted(served: ServedWorkload, target: TemplateTarget, mode: WriteMode): EffectResult {
  const name = nameOf(target.workload);
  const { template } = served.spec;
  const taken = takenFromTemplate(target.template, template, target.imageDigests);
  if (taken !== null && mode.dryRun)
    return { kind: 'refused', reason: `${name}: ${refusedByAdmission(taken)}` };
  const changes = templateChanges(target.template, template);
  const note = `${name} ${mode.dryRun ? 'would take' : 'took'} the template`;
  return {
    kind: 'applied',
    note: changes.length > 0 ? `${note}; the cluster ${changes.join(', ')}` : note,
  };
}

export function refusedByAdmission(taken: string): string {
  return `an admission rule of the cluster ${taken}, so the target would not be what serves`;
}
