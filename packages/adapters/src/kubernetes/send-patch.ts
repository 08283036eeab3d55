import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { endOfAttempt, reasonOf } from './answer-words.ts';
import { isLostFence } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';
import type { PatchOperation } from './operation-note.ts';

/** How soon the object is looked at again when it was changed between the look and the write, in milliseconds. */
const lookAgainMs = 200;

interface FencedWrite {
  path: string;
  patch: PatchOperation[];
  fieldManager: string;
  /** "Service shop/web" */
  name: string;
  /** What it does, for the timeline. */
  note: string;
}

/**
 * Sends a patch with its tests inside. A failed test, or an object that is gone, says that nothing has happened, and only a new
 * look tells why. A lost answer leaves open whether it has: sent again, the same tests let it through once at most.
 */
export async function sendPatch(
  api: ApiClient,
  { path, patch, fieldManager, name, note }: FencedWrite,
  signal: AbortSignal,
): Promise<EffectResult> {
  const contentType = 'application/json-patch+json';
  const answer = await api(
    { method: 'PATCH', path, query: { fieldManager }, body: patch, contentType },
    signal,
  );
  if (answer.kind === 'ok') return { kind: 'applied', note };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && (isLostFence(answer) || answer.code === 404))
    return {
      kind: 'retry',
      reason: `${name} was changed by others while it was looked at`,
      afterMs: lookAgainMs,
    };
  return endOfAttempt(answer);
}
