import type { TemplateSeen, TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { endOfAttempt, nameOf, reasonOf } from '../../kubernetes/answer-words.ts';
import { type ApiRejection, isLostFence } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { fencedPatch } from './fenced-patch.ts';
import type { ServedWorkload } from './served-objects.ts';
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
  const { api, target, seen, operation, mode, signal } = write;
  if (templateDigest(target.template) !== target.templateDigest) {
    return { kind: 'refused', reason: "the plan names a digest that is not its template's; plan anew" };
  }
  const { fieldManager } = mode;
  const answer = await api(
    {
      method: 'PATCH',
      path: workloadPath(target.workload),
      query: mode.dryRun ? { fieldManager, dryRun: 'All' } : { fieldManager },
      body: fencedPatch(seen, target, operation),
      contentType: 'application/json-patch+json',
    },
    signal,
  );
  if (answer.kind === 'ok') return accepted(answer.body as ServedWorkload, target, mode);
  if (answer.kind === 'lost' && !mode.dryRun) return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && isOvertaken(answer)) {
    const reason = `${nameOf(target.workload)} was changed by others while it was looked at`;
    return { kind: 'retry', reason, afterMs: lookAgainMs };
  }
  return endOfAttempt(answer);
}

function isOvertaken(rejection: ApiRejection): boolean {
  return isLostFence(rejection) || rejection.code === 404;
}

/** Admission may change what is stored. Then the target is never reached, and the rehearsal has to say so. */
function accepted(served: ServedWorkload, target: TemplateTarget, mode: WriteMode): EffectResult {
  const name = nameOf(target.workload);
  const digest = templateDigest(served.spec.template);
  if (digest === target.templateDigest) {
    const note = mode.dryRun ? `${name} would take the template` : `${name} took the template`;
    return { kind: 'applied', note: `${note} as generation ${served.metadata.generation}` };
  }
  const change = `the API server stores another template than it was sent (${digest.slice(0, 19)}); an admission webhook changes it`;
  if (!mode.dryRun) return { kind: 'applied', note: `${name} took the template, but ${change}` };
  return { kind: 'refused', reason: `${name}: ${change}; record the deployment again as it is served` };
}
