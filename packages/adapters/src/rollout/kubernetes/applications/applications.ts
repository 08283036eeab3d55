import type { Applications } from '@lastgood/domain/ports/applications';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import { askForSync } from './ask-for-sync.ts';
import { readApplication } from './read-application.ts';

/** Applications of Argo CD and Kustomizations of Flux, by the objects in their cluster. Only looks and asks. */
export function createApplications(clients: Pick<ClusterClients, 'of'>, fieldManager: string): Applications {
  return {
    read: ({ application }, signal) => readApplication(clients.of(application.cluster), application, signal),
    askForSync: (step, _seen, { key: operation }, signal) =>
      askForSync({ api: clients.of(step.application.cluster), fieldManager, operation, signal }, step),
  };
}
