import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { entriesForStep, joinEntries, readEntries, refusedSelector } from './map-entry.ts';
import { backendOf, type ProcessState, readProcesses } from './read-processes.ts';
import { createRuntimeApi, type RuntimeApi } from './runtime-api.ts';
import { type WeightWrite, writeProcess } from './set-weights.ts';
import type { HaproxySettings } from './settings.ts';
import { switchAll } from './switch-map.ts';
import { toldAfter } from './told-after.ts';
import { joinWeights, weightsForStep } from './weights.ts';

/**
 * The backends of a group of HAProxy processes, over their runtime API. A route is a backend, its destinations are the
 * backend's servers, its scale is that of HAProxy: 0 to 256. What selects between backends is an entry of a map. What is set
 * lasts until the next reload.
 */
export function createHaproxy(settings: HaproxySettings): Traffic {
  const apis = settings.sockets.map((socket) => createRuntimeApi(socket, settings.timeoutMs));
  const trustUnchecked = settings.trustUnchecked ?? false;

  return {
    async readRoute(ask, signal) {
      const backend = backendOf(ask);
      if (typeof backend !== 'string') return backend;
      const processes = await readProcesses(apis, backend, trustUnchecked, signal);
      if ('kind' in processes) return processes;
      const seen = joinWeights(processes);
      return 'kind' in seen ? seen : { kind: 'seen', seen };
    },
    async readSelector(ask, signal) {
      const entries = refusedSelector(ask) ?? (await readEntries(apis, ask, trustUnchecked, signal));
      if ('kind' in entries) return entries;
      const seen = joinEntries(entries, ask);
      return 'kind' in seen ? seen : { kind: 'seen', seen };
    },
    setWeight: {
      async observe(step, _operation, signal) {
        const backend = backendOf(step);
        if (typeof backend !== 'string') return backend;
        const processes = await readProcesses(apis, backend, trustUnchecked, signal);
        return 'kind' in processes ? processes : { kind: 'seen', seen: weightsForStep(processes, step) };
      },
      async apply(step, _seen, _operation, signal) {
        const backend = backendOf(step);
        if (typeof backend !== 'string') return { kind: 'refused', reason: backend.reason };
        return writeAll(apis, { backend, step, settings, signal });
      },
    },
    switchSelector: {
      async observe(step, _operation, signal) {
        const entries = refusedSelector(step) ?? (await readEntries(apis, step, trustUnchecked, signal));
        return 'kind' in entries ? entries : { kind: 'seen', seen: entriesForStep(entries, step) };
      },
      async apply(step, _seen, _operation, signal) {
        const refused = refusedSelector(step);
        if (refused) return { kind: 'refused', reason: refused.reason };
        return switchAll(apis, { step, trustUnchecked, signal });
      },
    },
  };
}

/** One process after the other: where one refuses, the next is left as it is. */
async function writeAll(apis: readonly RuntimeApi[], write: WeightWrite): Promise<EffectResult> {
  const done: ProcessState[] = [];
  for (const api of apis) {
    const written = await writeProcess(api, write);
    if (written.kind === 'written') done.push(written.state);
    // The processes before this one may have been changed.
    else if (written.kind === 'retry' && done.length > 0) return { kind: 'unknown', reason: written.reason };
    else return written;
  }
  return { kind: 'applied', note: toldAfter(write.backend, done) };
}
