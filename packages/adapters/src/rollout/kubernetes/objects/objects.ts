import type { Objects } from '@lastgood/domain/ports/objects';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import type { KnownRights } from '../../../kubernetes/known-rights.ts';
import { listObjects } from './list-objects.ts';
import { observeRemoval, removeObject } from './remove-object.ts';

/** Lists and removes objects beside workloads. What they hold is never read. */
export function createObjects(
  clients: Pick<ClusterClients, 'of'>,
  rightsIn: (cluster: string) => KnownRights,
): Objects {
  return {
    listObjects: (ask, signal) => listObjects(clients.of(ask.cluster), rightsIn(ask.cluster), ask, signal),
    removeObject: {
      observe: (step, _operation, signal) => observeRemoval(clients.of(step.object.cluster), step, signal),
      apply: (step, seen, _operation, signal) =>
        removeObject(clients.of(step.object.cluster), step, seen, signal),
    },
  };
}
