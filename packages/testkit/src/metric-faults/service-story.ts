/*
 * What truly happens to a service, as numbers that nobody has measured yet. A request is counted where it is served; what a source
 * makes of it later is another matter (`scraped-store.ts`).
 */

const second = 1_000;

/** From an instant on: requests per second, and the share of them that fails. */
export interface Phase {
  from: number;
  rate: number;
  failing: number;
}

export interface Pod {
  name: string;
  /** In order of time, the first long ago. */
  phases: Phase[];
  /** When its process began anew, so that what it counts begins at 0. Those that its cluster calls restarts are `restarts`. */
  resets: number[];
  /** When its container was restarted. */
  restarts: number[];
}

export interface ServiceStory {
  name: string;
  pods: Pod[];
}

export interface Served {
  all: number;
  failed: number;
}

/** What a pod served between two instants. */
export function servedBy({ phases }: Pod, from: number, to: number): Served {
  const served = { all: 0, failed: 0 };
  for (const [index, phase] of phases.entries()) {
    const end = Math.min(to, phases[index + 1]?.from ?? Number.POSITIVE_INFINITY);
    const seconds = Math.max(0, end - Math.max(from, phase.from)) / second;
    served.all += seconds * phase.rate;
    served.failed += seconds * phase.rate * phase.failing;
  }
  return served;
}

/** What all of them served between two instants. */
export function served({ pods }: ServiceStory, from: number, to: number): Served {
  const total = { all: 0, failed: 0 };
  for (const pod of pods) {
    const own = servedBy(pod, from, to);
    total.all += own.all;
    total.failed += own.failed;
  }
  return total;
}

export function restartsOf({ pods }: ServiceStory, from: number, to: number): number {
  return pods.reduce((sum, { restarts }) => sum + restarts.filter((at) => at > from && at <= to).length, 0);
}

/** The newest instant of a list up to `at`, or what stands before all of them. */
export function lastUpTo(instants: readonly number[], at: number, before: number): number {
  return instants.reduce((last, one) => (one <= at && one > last ? one : last), before);
}
