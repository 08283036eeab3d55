import type { ApplicationSeen } from '@lastgood/domain';
import { applicationsContract } from '../contracts/applications.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';

/** The applications in memory, which run the contract of the real ones. */
applicationsContract('the applications in memory', async () => {
  const world = createInMemoryStepWorld();
  const seen: ApplicationSeen = {
    ...{ uid: 'uid-1', revision: 'bad0bad', synced: true, healthy: true, suspended: false, askedBy: null },
  };
  world.state.applications.shop = seen;
  return {
    applications: world.ports.applications,
    step: {
      ...{
        kind: 'wait-for-sync',
        repository: 'deploy',
        branch: 'main',
        commit: 'bad0bad',
        controller: 'Flux',
      },
      ...{
        application: { cluster: 'main', namespace: 'gitops', kind: 'Kustomization', name: 'shop' },
        uid: 'uid-1',
      },
    },
    revision: 'bad0bad',
    suspend: async () => void Object.assign(seen, { suspended: true }),
    replace: async () => void Object.assign(seen, { uid: 'uid-2' }),
    remove: async () => void delete world.state.applications.shop,
    failNext(fault) {
      if (fault === 'unreachable') world.receivers.unreachableFor = 1;
      else world.failNext(fault);
    },
    close: async () => {},
  };
});
