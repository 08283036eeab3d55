import type { RunStoreFact } from '../fakes/store/run-store.ts';
import type { TakenEffect } from './simulated-world.ts';

/** What really happened in a seed: faults that never happen prove nothing. */
export interface Happened {
  /** Runs that ended as stopped, each time they did. */
  stops: number;
  /** Runs that a person stopped before they had changed anything. */
  cancels: number;
  /** Commands that were obeyed. */
  undos: number;
  stopsAsked: number;
  skips: number;
  retries: number;
  resumes: number;
  /** Runs of two services that were planned. */
  groups: number;
  /** Schemas that were taken back. */
  migrations: number;
  /** Stopped runs that were resumed after the faults and came to their end. */
  recovered: number;
  /** Somebody went back to the target past Lastgood. */
  outsideUndos: number;
}

export interface HappenedCounter {
  count: Happened;
  onFact(fact: RunStoreFact): void;
  onEffectTaken(effect: TakenEffect): void;
}

export function countHappened(): HappenedCounter {
  const count: Happened = {
    ...{ stops: 0, cancels: 0, undos: 0, stopsAsked: 0, skips: 0, retries: 0, resumes: 0 },
    ...{ groups: 0, migrations: 0, recovered: 0, outsideUndos: 0 },
  };
  return {
    count,
    onFact(fact) {
      if (fact.kind !== 'written') return;
      const { run } = fact.commit;
      if (run?.status === 'stopped') count.stops += 1;
      if (run?.status === 'cancelled') count.cancels += 1;
      if (run?.plan?.lanes) count.groups += 1;
    },
    onEffectTaken({ kind }) {
      if (kind === 'migrate-to') count.migrations += 1;
    },
  };
}

export function addTo<Names extends string>(
  sums: Record<Names, number>,
  counts: Readonly<Record<Names, number>>,
): void {
  for (const name of Object.keys(counts) as Names[]) sums[name] = (sums[name] ?? 0) + counts[name];
}
