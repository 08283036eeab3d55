import type {
  DeploymentStore,
  FollowedService,
  FollowedState,
  ServiceToFollow,
  WorkloadTarget,
  WorkloadWatch,
} from '@lastgood/domain';
import { createFreshLooks, type FreshLookDependencies } from './fresh-looks.ts';
import { lookAtService } from './look-at-service.ts';
import { observeAtOnce, type ServiceObservation, targetsOf } from './observe-service.ts';

export interface FollowerDependencies extends FreshLookDependencies {
  deployments: Pick<DeploymentStore, 'toFollow' | 'followed' | 'commit'>;
  watch: WorkloadWatch;
  /** How often every service is looked at in memory, and those that time alone may change are judged. */
  passEveryMs: number;
  /** How often each service is judged though nothing of it changed: a change that was missed is found by then. */
  judgeAllEveryMs: number;
  /** Called when there is something to look at at once. */
  onChange?: () => void;
}

export interface FollowReport {
  /** Services whose records were read and judged. */
  judged: number;
  /** Of these, those of which something was written. */
  changed: number;
  /** By service key; of every service that is followed. */
  states: ReadonlyMap<string, FollowedState>;
}

export interface Follower {
  /** Judges the services of which something changed, and, when it is due, all that are to be looked at anyway. */
  follow(signal: AbortSignal): Promise<FollowReport>;
  /** Services were declared or deleted: the next pass reads which there are. */
  readServicesAgain(): void;
  stop(): void;
}

/** Services whose records are read together. */
const batchSize = 200;

/**
 * Follows services from memory: a change wakes the look at its service, and idle services cost neither a request to a
 * cluster nor a row of the database. Only of a watched deployment the cluster is read where memory is not fresh. What the watch cannot tell is trouble, never a conclusion.
 */
export function createFollower(deps: FollowerDependencies): Follower {
  const { clock, watch } = deps;
  const due = createDueServices(deps);
  const looks = createFreshLooks(deps);
  const states = new Map<string, FollowedState>();
  const stop = watch.onChange((workloads) => {
    const changed = due.changed(workloads);
    for (const key of changed) looks.forget(key);
    if (changed.length > 0) deps.onChange?.();
  });

  return {
    async follow(signal) {
      if (await due.refresh()) {
        for (const key of states.keys()) if (!due.services.has(key)) states.delete(key);
        for (const service of due.services.values())
          keepState(service.key, looks.lastRead(service.key) ?? remembered(service));
      }
      const report: FollowReport = { judged: 0, changed: 0, states };
      const faults: unknown[] = [];
      for (let keys = due.take(batchSize); keys.length > 0; keys = due.take(batchSize)) {
        try {
          await judge(keys, report, faults, signal);
        } catch (error) {
          due.again(keys);
          throw error;
        }
        if (signal.aborted) break;
      }
      if (faults.length > 0) throw faults[0];
      return report;
    },
    readServicesAgain: due.readAgain,
    stop,
  };

  /** One service that cannot be judged keeps no other from it; it is tried again with the next pass. */
  async function judge(
    keys: readonly string[],
    report: FollowReport,
    faults: unknown[],
    signal: AbortSignal,
  ): Promise<void> {
    const judgeOne = async (followed: FollowedService, observation: ServiceObservation): Promise<void> => {
      const { key } = followed.service;
      if (signal.aborted) return due.again([key]);
      keepState(key, observation);
      report.judged += 1;
      if (await lookAtService(deps, followed, observation)) report.changed += 1;
      // Nothing is concluded while a run is at work, nor from a read that failed: it is looked at when that is over.
      const readFailed = (looks.lastRead(key)?.trouble.length ?? 0) > 0;
      if (followed.activeRunId !== null || readFailed) due.atNextPass(key);
    };
    const failed = (key: string) => (error: unknown) => {
      faults.push(error);
      due.atNextPass(key);
    };
    const reading: Promise<void>[] = [];
    for (const followed of await deps.deployments.followed(keys)) {
      const { service } = followed;
      const atHand = looks.atHand(followed, remembered(service));
      if (atHand) await judgeOne(followed, atHand).catch(failed(service.key));
      // A cluster that does not answer keeps no other service waiting.
      else
        reading.push(
          looks
            .read(service, signal)
            .then((read) => judgeOne(followed, read))
            .catch(failed(service.key)),
        );
    }
    await Promise.all(reading);
  }

  function remembered(
    service: Pick<ServiceToFollow, 'cluster' | 'namespace' | 'workloads'>,
  ): ServiceObservation {
    return observeAtOnce(watch.observe, service);
  }

  function keepState(key: string, { trouble, gone }: ServiceObservation): void {
    const known = states.get(key);
    if (trouble.length === 0) states.set(key, { kind: 'seen' });
    else if (!gone) states.set(key, { kind: 'unseen', reasons: trouble });
    else {
      const since = known?.kind === 'gone' ? known.since : clock.now();
      states.set(key, { kind: 'gone', reasons: trouble, since });
    }
  }
}

/** Which services are to be judged next. */
function createDueServices({ deployments, watch, clock, ...pace }: FollowerDependencies) {
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
