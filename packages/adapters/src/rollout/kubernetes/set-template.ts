import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { type ApiAnswer, isLostFence } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';
import { decideWrite } from './decide-write.ts';
import { endOfAttempt, nameOf, reasonOf } from './effect-words.ts';
import { fencedPatch } from './fenced-patch.ts';
import { fetchWorkload } from './read-workload.ts';
import { workloadPath } from './resources.ts';
import type { ServedWorkload } from './served-objects.ts';
import { templateDigest } from './template-digest.ts';

/** How often a lost fence is decided anew before the writer gives way. Each time somebody else has got through. */
const attempts = 5;
const retryAfterMs = 1_000;

export interface WriteMode {
  /** Ask for everything but the storing. https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run */
  dryRun: boolean;
  fieldManager: string;
}

/**
 * Sets the template by a fenced patch.
 *
 * read -> decide -> send -> settled, unless
 * - the fence is lost (422 without causes, 409): read again, decide again. The object may carry this very step's mark,
 *   when an earlier answer was lost; then it is done.
 * - the answer is lost: the write may have happened. Read to find out; only if that fails, too, the end is `unknown`.
 *   If the old template is still there the write may yet arrive, but it and a later one carry the same fence, so at most
 *   one of them is accepted.
 * Nothing is sent again without a decision on a fresh read.
 */
export async function setTemplate(
  api: ApiClient,
  target: TemplateTarget,
  operation: string,
  mode: WriteMode,
  signal: AbortSignal,
): Promise<EffectResult> {
  if (templateDigest(target.template) !== target.templateDigest) {
    return { kind: 'refused', reason: "the plan names a digest that is not its template's; plan anew" };
  }
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const read = await fetchWorkload(api, target.workload, signal);
    if (read.kind !== 'ok') return failed(read, target);
    const decision = decideWrite(read.found, target, operation);
    if (decision.kind !== 'send') return decision;
    const answer = await send(api, read.found, target, operation, mode, signal);
    if (answer.kind === 'rejected' && isLostFence(answer)) continue;
    return settle(api, answer, target, operation, mode, signal);
  }
  const reason = `${nameOf(target.workload)} was changed by others ${attempts} times in a row while it was read`;
  return { kind: 'retry', reason, afterMs: retryAfterMs };
}

function send(
  api: ApiClient,
  served: ServedWorkload,
  target: TemplateTarget,
  operation: string,
  mode: WriteMode,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  return api(
    {
      method: 'PATCH',
      path: workloadPath(target.workload),
      query: { fieldManager: mode.fieldManager, ...(mode.dryRun ? { dryRun: 'All' } : {}) },
      body: fencedPatch(served, target, operation),
      contentType: 'application/json-patch+json',
    },
    signal,
  );
}

function settle(
  api: ApiClient,
  answer: ApiAnswer,
  target: TemplateTarget,
  operation: string,
  mode: WriteMode,
  signal: AbortSignal,
): EffectResult | Promise<EffectResult> {
  if (answer.kind === 'ok') return accepted(answer.body as ServedWorkload, target, mode);
  if (answer.kind === 'lost' && !mode.dryRun) {
    return concludeLost(api, reasonOf(answer), target, operation, signal);
  }
  return failed(answer, target);
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

function failed(answer: Exclude<ApiAnswer, { kind: 'ok' }>, target: TemplateTarget): EffectResult {
  const isMissing = answer.kind === 'rejected' && answer.code === 404;
  return isMissing ? { kind: 'refused', reason: gone(target) } : endOfAttempt(answer);
}

async function concludeLost(
  api: ApiClient,
  lost: string,
  target: TemplateTarget,
  operation: string,
  signal: AbortSignal,
): Promise<EffectResult> {
  const read = await fetchWorkload(api, target.workload, signal);
  if (read.kind !== 'ok') {
    if (read.kind === 'rejected' && read.code === 404) return { kind: 'refused', reason: gone(target) };
    return { kind: 'unknown', reason: `${lost}; reading again failed, too: ${reasonOf(read)}` };
  }
  const decision = decideWrite(read.found, target, operation);
  if (decision.kind === 'send')
    return { kind: 'retry', reason: `${lost}; nothing has changed`, afterMs: retryAfterMs };
  if (decision.kind === 'already') return { kind: 'applied', note: `${lost}; but ${decision.note}` };
  return decision;
}

function gone(target: TemplateTarget): string {
  return `${nameOf(target.workload)} does not exist; create it again from its manifest`;
}
