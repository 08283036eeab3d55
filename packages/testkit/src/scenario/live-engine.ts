import type { Run } from '@lastgood/domain';
import { type Clock, createRunWorker, type EffectPorts } from '@lastgood/engine';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryStore } from '../fakes/in-memory-store.ts';

const leaseMs = 30_000;

/**
 * Real time, so many times faster: what is outside is real and takes what it takes, and of ten seconds between two looks is
 * left one.
 */
export function quickClock(speed: number, startAt: number = Date.now()): Clock & { skip(ms: number): void } {
  let skipped = 0;
  return {
    skip(ms) {
      skipped += ms;
    },
    now: () => startAt + (Date.now() - startAt) * speed + skipped,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const timer = setTimeout(over, ms / speed);
        function over() {
          clearTimeout(timer);
          signal.removeEventListener('abort', over);
          resolve();
        }
        signal.addEventListener('abort', over);
      }),
  };
}

/**
 * The engine's own worker over ports that are given, which may be real, with a store in memory. A replica that dies commits
 * nothing more and answers nobody; the next one is given ports of its own.
 */
export function createLiveEngine(clock: ReturnType<typeof quickClock>) {
  const store = createInMemoryStore({ now: clock.now, notifiers: [] });
  const createReplica = (name: string, ports: EffectPorts) => {
    const death = new AbortController();
    const worker = createRunWorker({
      runs: {
        ...store.runs,
        renew: async (lease) => !death.signal.aborted && store.runs.renew(lease),
        commit: async (lease, commit) => !death.signal.aborted && store.runs.commit(lease, commit),
      },
      ...{ deployments: store.deployments, ports, clock, replica: name, leaseMs },
      ...{ metrics: createInMemoryMetricSource(), probe: createInMemoryHttpProbe() },
    });
    return {
      /** Its lease runs out before anybody looks again. */
      die() {
        death.abort();
        clock.skip(leaseMs);
      },
      /** Until the run is over or the replica has died. */
      async work(id: string): Promise<Run | null> {
        for (;;) {
          if (death.signal.aborted) return null;
          const run = store.world.runs.get(id)?.run;
          if (run && run.status !== 'queued' && run.status !== 'running') return run;
          if (!(await worker.work(death.signal))) await clock.sleep(250, death.signal);
        }
      },
    };
  };
  return { store, createReplica };
}
