import { defaultPolicy, defaultTriggerSet, type Service, serviceKey } from '@lastgood/domain';

/** A service of one workload that is watched by the shipped triggers alone. */
export function watchedService(name: string): Service {
  return {
    ...{ key: serviceKey('main', 'shop', name), cluster: 'main', namespace: 'shop', name },
    ...{ environment: 'bench', strategy: 'rolling', workloads: [{ kind: 'Deployment', name }], writers: [] },
    ...{
      dependencies: [],
      triggerSets: [defaultTriggerSet.name],
      triggerOverrides: [],
      triggers: [],
      checks: [],
    },
    ...{ policy: defaultPolicy, notify: [], drills: null, rollback: {}, team: null, labels: {}, links: [] },
    ...{ commitUrl: null, compareUrl: null },
  };
}
