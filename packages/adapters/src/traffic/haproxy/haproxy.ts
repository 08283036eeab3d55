import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { backendOf, type ProcessState, readProcesses } from './read-processes.ts';
import { createRuntimeApi, type RuntimeApi } from './runtime-api.ts';
import { type WeightWrite, writeProcess } from './set-weights.ts';
import type { HaproxySettings } from './settings.ts';
import { toldAfter } from './told-after.ts';
import { joinWeights, weightsForStep } from './weights.ts';

const noSelectors = 'HAProxy has no selectors: switch between the servers of a backend by their weights.';

/**
 * The backends of a group of HAProxy processes, over their runtime API. A route is a backend, its destinations are the
 * backend's servers, its scale is that of HAProxy: 0 to 256. What is set lasts until the next reload.
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
    readSelector: async () => ({ kind: 'not-found', reason: noSelectors }),
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
      observe: async () => ({ kind: 'not-found', reason: noSelectors }),
      apply: async () => ({ kind: 'refused', reason: noSelectors }),
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
