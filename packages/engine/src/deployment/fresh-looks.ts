import {
  awaitsStay,
  type FollowedService,
  isOlderThanRecords,
  isWatched,
  type Rollout,
  type Service,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { observeService, type ServiceObservation } from './observe-service.ts';

export interface FreshLookDependencies {
  rollout: Pick<Rollout, 'read'>;
  clock: Clock;
  /** Deadline of a read of the cluster; past it there is no look. */
  readWithinMs: number;
}

/** A memory or a read older than this counts for no deployment that is watched, nor for what was taken back and may come again. */
const freshForMs = 10_000;

/**
 * Looks that count are fresh. A silent watch may be a broken one, so of a watched deployment, of one that took back what may come again, and of a service whose memory is
 * older than its records, the cluster itself is read; a read serves as long as it is fresh and nothing of the service changes.
 */
export function createFreshLooks({ rollout, clock, readWithinMs }: FreshLookDependencies) {
  const reads = new Map<string, { at: number; observation: ServiceObservation }>();
  /** Reads under way; what changes meanwhile makes theirs one of the past. */
  const reading = new Map<string, object>();
  /** Reads that nobody has judged yet. */
  const arrived = new Set<string>();
  const lastRead = (key: string): ServiceObservation | null => {
    const read = reads.get(key);
    if (read && clock.now() - read.at <= freshForMs) return read.observation;
    reads.delete(key);
    return null;
  };

  return {
    lastRead,
    /** Something of it changed. */
    forget(key: string): void {
      reads.delete(key);
      reading.delete(key);
    },
    isReading: (key: string) => reading.has(key),
    /**
     * What memory shows, or else the last read, where that is fresh enough; null when the cluster is to be read. A read counts
     * once, whatever it shows: it is the newest there is.
     */
    atHand(followed: FollowedService, remembered: ServiceObservation): ServiceObservation | null {
      const now = clock.now();
      if (!needsRead(followed, remembered, now)) return remembered;
      const { key } = followed.service;
      const fresh = lastRead(key);
      const isNew = arrived.delete(key);
      return fresh && (isNew || !needsRead(followed, fresh, now)) ? fresh : null;
    },
    /** Asks the cluster. Where it does not answer in time, that is the trouble of the observation. */
    async read(service: Service, signal: AbortSignal): Promise<void> {
      const at = clock.now();
      const { key } = service;
      const mine = {};
      reading.set(key, mine);
      try {
        const observation = await withDeadline(clock, readWithinMs, signal, (deadline) =>
          observeService(rollout, service, deadline),
        );
        if (signal.aborted || reading.get(key) !== mine) return;
        reads.set(key, { at, observation });
        arrived.add(key);
      } finally {
        if (reading.get(key) === mine) reading.delete(key);
      }
    },
  };
}

function needsRead(
  { latest, activeRunId, holds }: FollowedService,
  { seen, unreachable, gone }: ServiceObservation,
  now: number,
): boolean {
  // Nothing is concluded of what cannot be asked for or is gone, nor while a run is at work.
  if (!latest || unreachable || gone || activeRunId !== null) return false;
  const isOld = seen.some(({ snapshot }) => now - snapshot.observedAt > freshForMs);
  const counts = isWatched(latest) || awaitsStay(latest, holds);
  return (isOld && counts) || isOlderThanRecords(latest, seen);
}
