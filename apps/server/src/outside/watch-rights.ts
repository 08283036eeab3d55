import { missingRightInWords, type Rollout, type Service, type WorkloadRef } from '@lastgood/domain';
import type { FastifyBaseLogger } from 'fastify';
import type { SourceBoard } from './source-board.ts';

export interface WatchRightsDependencies {
  services(): Promise<Service[]>;
  rollout: Rollout;
  board: Pick<SourceBoard, 'reportRights'>;
  log: Pick<FastifyBaseLogger, 'warn' | 'info'>;
}

/**
 * What is missing of the rights for these workloads of one cluster, a sentence each and each once. It ends with the first that
 * cannot be asked: of a cluster that does not answer the rest is not known either.
 */
export async function missingRightsOf(
  rollout: Rollout,
  services: readonly Pick<Service, 'cluster' | 'namespace' | 'workloads'>[],
  signal: AbortSignal,
): Promise<string[]> {
  const sentences = new Set<string>();
  for (const { cluster, namespace, workloads } of services) {
    const ask = (workload: WorkloadRef) => rollout.missingRights({ ...workload, cluster, namespace }, signal);
    for (const answer of await Promise.all(workloads.map(ask))) {
      if (answer.kind !== 'known') return [...sentences];
      for (const right of answer.missing) sentences.add(missingRightInWords(right));
    }
  }
  return [...sentences];
}

/** Asks for the rights of every service of one cluster, tells the board, and logs what has changed. */
export function createRightsWatch({ services, rollout, board, log }: WatchRightsDependencies) {
  const told = new Map<string, string>();
  return async (cluster: string, signal: AbortSignal): Promise<void> => {
    const here = (await services()).filter((service) => service.cluster === cluster);
    const missing = await missingRightsOf(rollout, here, signal);
    if (signal.aborted) return;
    board.reportRights(cluster, missing);
    const text = missing.join('\n');
    if (text === (told.get(cluster) ?? '')) return;
    told.set(cluster, text);
    if (missing.length > 0) log.warn({ cluster, missing }, 'Lastgood lacks rights in a cluster');
    else log.info({ cluster }, 'Lastgood has all rights it needs in a cluster');
  };
}
