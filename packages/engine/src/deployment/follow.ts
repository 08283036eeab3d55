import type {
  DeploymentStore,
  FollowedService,
  FollowedState,
  Service,
  ServiceToFollow,
  WorkloadWatch,
} from '@lastgood/domain';
import { createReadPace } from './configuration-pace.ts';
import { createDueServices, type DueServicesDependencies } from './due-services.ts';
import { createFreshLooks, type FreshLookDependencies } from './fresh-looks.ts';
import { type LookDependencies, lookAtService } from './look-at-service.ts';
import { observeAtOnce, type ServiceObservation } from './observe-service.ts';

export interface FollowerDependencies
  extends FreshLookDependencies,
    DueServicesDependencies,
    Pick<LookDependencies, 'configuration' | 'available' | 'ports' | 'ways'> {
  deployments: Pick<
    DeploymentStore,
    'toFollow' | 'followed' | 'commit' | 'absences' | 'deployment' | 'lastKnownGood'
  >;
  watch: WorkloadWatch;
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
 * cluster nor a row of the database. Only of a watched deployment the cluster is read where memory is not fresh. What the
 * watch cannot tell is trouble, never a conclusion. No pass waits for a cluster: what was read is judged by the pass that it wakes.
 */
export function createFollower(deps: FollowerDependencies): Follower {
  const { clock, watch } = deps;
  const due = createDueServices(deps);
  const looks = createFreshLooks(deps);
  const isReadDue = createReadPace(clock);
  const states = new Map<string, FollowedState>();
  /** Of services that could not be read or judged; the pass under way ends with the first. */
  const faults: unknown[] = [];
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
      for (let keys = due.take(batchSize); keys.length > 0; keys = due.take(batchSize)) {
        try {
          await judge(keys, report, signal);
        } catch (error) {
          due.again(keys);
          throw error;
        }
        if (signal.aborted) break;
      }
      const failures = faults.splice(0);
      if (failures.length > 0) throw failures[0];
      return report;
    },
    readServicesAgain: due.readAgain,
    stop,
  };

  /** One service that cannot be judged keeps no other from it; it is tried again with the next pass. */
  async function judge(keys: readonly string[], report: FollowReport, signal: AbortSignal): Promise<void> {
    const judgeOne = async (followed: FollowedService, observation: ServiceObservation): Promise<void> => {
      const { key } = followed.service;
      if (signal.aborted) return due.again([key]);
      keepState(key, observation);
      report.judged += 1;
      if (await lookAtService({ ...deps, isReadDue }, followed, observation)) report.changed += 1;
      // Nothing is concluded while a run is at work, nor from a read that failed: it is looked at when that is over.
      const readFailed = looks.lastRead(key)?.unreachable === true;
      if (followed.activeRunId !== null || readFailed) due.atNextPass(key);
    };
    const lookAt = async (followed: FollowedService): Promise<void> => {
      const atHand = looks.atHand(followed, remembered(followed.service));
      if (atHand) await judgeOne(followed, atHand);
      else readApart(followed.service, signal);
    };
    for (const followed of await deps.deployments.followed(keys))
      await lookAt(followed).catch(failed(followed.service.key));
  }

  /** A cluster that does not answer keeps no other service waiting. */
  function readApart(service: Service, signal: AbortSignal): void {
    const { key } = service;
    if (looks.isReading(key)) return;
    const arrive = (): void => {
      if (signal.aborted) return;
      due.again([key]);
      deps.onChange?.();
    };
    void looks.read(service, signal).then(arrive, failed(key));
  }

  function failed(key: string) {
    return (error: unknown): void => {
      faults.push(error);
      due.atNextPass(key);
    };
  }

  function remembered(
    service: Pick<ServiceToFollow, 'cluster' | 'namespace' | 'workloads'>,
  ): ServiceObservation {
    return observeAtOnce(watch.observe, service);
  }

  function keepState(key: string, { trouble, gone, seen }: ServiceObservation): void {
    const known = states.get(key);
    const atZero = seen.length > 0 && seen.every(({ progress }) => progress.desired === 0);
    if (trouble.length === 0) states.set(key, atZero ? { kind: 'seen', atZero } : { kind: 'seen' });
    else if (!gone) states.set(key, { kind: 'unseen', reasons: trouble });
    else {
      const since = known?.kind === 'gone' ? known.since : clock.now();
      states.set(key, { kind: 'gone', reasons: trouble, since });
    }
  }
}
