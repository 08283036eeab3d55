import type { Lease, RunStore } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** A lease that is renewed while it is held; its signal aborts before the lease can have expired. */
export interface HeldLease {
  signal: AbortSignal;
  /** Stops renewing. */
  stop(): void;
}

/**
 * Renews a lease every third of its length. Only the database decides whether it is still ours; this side stops early by
 * its own clock, when no renewal has been confirmed for two thirds, so that the step in hand ends before a peer may begin.
 */
export function holdLease(runs: RunStore, lease: Lease, clock: Clock, outer: AbortSignal): HeldLease {
  const lost = new AbortController();
  const stopped = new AbortController();
  const signal = AbortSignal.any([outer, lost.signal]);
  void keep();
  return { signal, stop: () => stopped.abort() };

  async function keep() {
    const until = AbortSignal.any([signal, stopped.signal]);
    let confirmedAt = clock.now();
    while (!until.aborted) {
      await clock.sleep(lease.leaseMs / 3, until);
      if (until.aborted) return;
      const askedAt = clock.now();
      const renewed = await Promise.race([
        tryRenew(),
        clock.sleep(lease.leaseMs / 3, until).then(() => 'late' as const),
      ]);
      if (renewed === true) confirmedAt = askedAt;
      else if (renewed === false || clock.now() - confirmedAt >= (lease.leaseMs * 2) / 3) {
        lost.abort(new Error(`the lease of run ${lease.runId} was lost`));
      }
    }
  }

  async function tryRenew(): Promise<boolean | 'late'> {
    try {
      return await runs.renew(lease);
    } catch {
      // The database is away: not a verdict about the lease; the clock above decides.
      return 'late';
    }
  }
}
