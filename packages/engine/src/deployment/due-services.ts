import type { DeploymentStore, ServiceToFollow, WorkloadTarget, WorkloadWatch } from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { targetsOf } from './observe-service.ts';

export interface DueServicesDependencies {
  deployments: Pick<DeploymentStore, 'toFollow'>;
  watch: Pick<WorkloadWatch, 'follow'>;
  clock: Clock;
  /** How often every service is looked at in memory, and those that time alone may change are judged. */
  passEveryMs: number;
  /** How often each service is judged though nothing of it changed: a change that was missed is found by then. */
  judgeAllEveryMs: number;
}

/** Which services are to be judged next. */
export function createDueServices({ deployments, watch, clock, ...pace }: DueServicesDependencies) {
  const services = new Map<string, ServiceToFollow>();
  const keysOf = new Map<string, string[]>();
  const due = new Set<string>();
  const later = new Set<string>();
  let passAt = 0;
  let judgeAllAt = 0;

  return {
    services: services as ReadonlyMap<string, ServiceToFollow>,
    /** False when it was not yet time. */
    async refresh(): Promise<boolean> {
      const now = clock.now();
      if (now < passAt) return false;
      const all = await deployments.toFollow();
      passAt = now + pace.passEveryMs;
      const judgesAll = now >= judgeAllAt;
      if (judgesAll) judgeAllAt = now + pace.judgeAllEveryMs;
      for (const service of all)
        if (judgesAll || service.open || !services.has(service.key) || later.has(service.key))
          due.add(service.key);
      later.clear();
      services.clear();
      keysOf.clear();
      for (const service of all) {
        services.set(service.key, service);
        for (const target of targetsOf(service))
          keysOf.set(addressOf(target), [...(keysOf.get(addressOf(target)) ?? []), service.key]);
      }
      watch.follow(all.flatMap(targetsOf));
      return true;
    },
    /** The keys of the followed services that have one of these. */
    changed(workloads: readonly WorkloadTarget[]): string[] {
      const keys = workloads.flatMap((workload) => keysOf.get(addressOf(workload)) ?? []);
      for (const key of keys) due.add(key);
      return keys;
    },
    /** Takes them off the list before they are looked at: what changes meanwhile puts them on it again. */
    take(atMost: number): string[] {
      const keys = [...due].slice(0, atMost);
      for (const key of keys) due.delete(key);
      return keys;
    },
    again(keys: readonly string[]): void {
      for (const key of keys) due.add(key);
    },
    atNextPass: (key: string) => void later.add(key),
    readAgain() {
      passAt = 0;
    },
  };
}

function addressOf({ cluster, namespace, kind, name }: WorkloadTarget): string {
  return `${cluster}/${namespace}/${kind}/${name}`;
}
