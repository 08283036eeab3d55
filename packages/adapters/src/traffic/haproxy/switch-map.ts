import type { SelectorTarget } from '@lastgood/domain/rollback/contracts/switch-selector';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { type EntryState, readEntry } from './map-entry.ts';
import { isName } from './read-processes.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { type NotWritten, retryAfterMs, sendCommands } from './send-commands.ts';

interface MapWrite {
  step: SelectorTarget;
  trustUnchecked: boolean;
  signal: AbortSignal;
}

/** Points an entry at another backend, one process after the other: where one refuses, the next is left as it is. */
export async function switchAll(apis: readonly RuntimeApi[], write: MapWrite): Promise<EffectResult> {
  const { service, key, to } = write.step;
  if (!isName(to)) return refused('This is no name that a backend of HAProxy can have.');
  for (const [at, api] of apis.entries()) {
    const failed = await switchOne(api, write);
    // The processes before this one may have been changed.
    if (failed)
      return failed.kind === 'retry' && at > 0 ? { kind: 'unknown', reason: failed.reason } : failed;
  }
  return {
    kind: 'applied',
    note: `taken: ${key} goes to ${to}; a reload of HAProxy reads ${service.name} again, so change the file too`,
  };
}

/** One command, which every request after it sees. HAProxy has no compare-and-set: the entry is read right before. */
async function switchOne(
  api: RuntimeApi,
  { step, trustUnchecked, signal }: MapWrite,
): Promise<NotWritten | null> {
  const { service, key, from, to, minReady } = step;
  const before: EntryState | { kind: string; reason: string } = await readEntry(
    api,
    step,
    trustUnchecked,
    signal,
  );
  if ('kind' in before) {
    return before.kind === 'not-found'
      ? refused(before.reason)
      : { kind: 'retry', reason: before.reason, afterMs: retryAfterMs };
  }
  if (before.value === to) return null;
  if (before.value !== from)
    return refused(
      `map ${service.name} became ${before.value ?? `without ${key}`} a moment ago. Somebody else changes it.`,
    );
  if ((before.ready[to] ?? 0) < minReady)
    return refused(`Backend ${to} has lost ready servers a moment ago.`);
  return sendCommands(api, [`set map ${service.name} ${key} ${to}`], signal);
}

function refused(reason: string): Extract<EffectResult, { kind: 'refused' }> {
  return { kind: 'refused', reason };
}
