import type { Lease, RunStore } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** A lease that is renewed while it is held; its signal aborts before the lease can have expired. */
export interface HeldLease {
  signal: AbortSignal;
  /** Whether it may have run out unnoticed: a process that was frozen acts before its timers do. Ask before every act. */
  expired(): boolean;
  /** Stops renewing. */
  stop(): void;
}

/**
 * Renews a lease every third of its length. Only the database decides whether it is still ours; this side stops early,
 * when the last confirmed asking is two thirds of the lease ago, so that the step in progress ends before a peer may begin.
 * Everything counts from before the asking: the database's clock began to run no earlier.
 *
 * @param askedAt when the claim was sent
 */
export function holdLease(
  { runs, clock }: { runs: RunStore; clock: Clock },
  lease: Lease,
  outer: AbortSignal,
  askedAt: number,
): HeldLease {
  const trustMs = (lease.leaseMs * 2) / 3;
  const lost = new AbortController();
  const stopped = new AbortController();
  const until = AbortSignal.any([outer, lost.signal, stopped.signal]);
  let confirmedAt = askedAt;
  let trust = trustFor(trustMs - (clock.now() - askedAt));
  void keep();
  return {
    signal: AbortSignal.any([outer, lost.signal]),
    expired: () => lost.signal.aborted || clock.now() - confirmedAt >= trustMs,
    stop: () => stopped.abort(),
  };

  /** Gives the lease up after `ms`, unless called off. Sleeping is monotonic, the clock's time of day is not. */
  function trustFor(ms: number): AbortController {
    const calledOff = new AbortController();
    void clock.sleep(Math.max(0, ms), AbortSignal.any([until, calledOff.signal])).then(() => {
      if (!until.aborted && !calledOff.signal.aborted) giveUp();
    });
    return calledOff;
  }

  function giveUp(): void {
    lost.abort(new Error(`the lease of run ${lease.runId} was lost`));
  }

  async function keep(): Promise<void> {
    for (;;) {
      await clock.sleep(lease.leaseMs / 3, until);
      if (until.aborted) return;
      const asked = clock.now();
      const next = trustFor(trustMs);
      const renewed = await tryRenew();
      if (until.aborted) return;
      if (renewed === 'unknown') {
        next.abort();
        continue;
      }
      if (!renewed) return giveUp();
      trust.abort();
      trust = next;
      confirmedAt = asked;
    }
  }

  async function tryRenew(): Promise<boolean | 'unknown'> {
    try {
      return await runs.renew(lease);
    } catch {
      // The database is away: not a verdict about the lease. Trust runs out by itself.
      return 'unknown';
    }
  }
}
