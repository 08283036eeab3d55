import type { Plan, PlannedStep, ServiceKey } from '@lastgood/domain';
import type { RunStoreFact } from '../fakes/store/run-store.ts';
import type { TakenEffect } from './simulated-world.ts';
import type { BroughtOut } from './ways/bring-out.ts';

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
  /** Somebody changed what a rollback touches, mostly for a while. */
  meddlings: number;
  /** Replicas that ended in the midst of everything. */
  crashes: number;
  /** Steps that were planned. */
  steps: number;
}

/** By way: plans that had all the steps that show it, and those of them whose service came back. */
export interface WayCounts {
  planned: Record<string, number>;
  done: Record<string, number>;
}

export interface HappenedCounter {
  count: Happened;
  ways: WayCounts;
  onFact(fact: RunStoreFact): void;
  onEffectTaken(effect: TakenEffect): void;
}

export function countHappened(released: ReadonlyMap<string, BroughtOut> = new Map()): HappenedCounter {
  const count: Happened = {
    ...{ stops: 0, cancels: 0, undos: 0, stopsAsked: 0, skips: 0, retries: 0, resumes: 0 },
    ...{ groups: 0, migrations: 0, recovered: 0, outsideUndos: 0, meddlings: 0, crashes: 0, steps: 0 },
  };
  const ways: WayCounts = { planned: {}, done: {} };
  /** Of a run's lanes the ways that its plan shows. */
  const shown = new Map<string, string[]>();
  const shownIn = (service: ServiceKey, steps: readonly PlannedStep[]) => {
    const kinds = steps.map(({ step }) => step.kind);
    const all = released.get(service)?.ways ?? [];
    return all.filter(({ shownBy }) => shownBy.every((kind) => kinds.includes(kind))).map(({ name }) => name);
  };
  const onPlan = (runId: string, { service, steps, lanes }: Plan) => {
    count.steps += steps.length;
    const own = lanes ?? [{ service, steps: steps.map((_, ordinal) => ordinal) }];
    for (const [lane, { service: of, steps: ordinals }] of own.entries()) {
      const names = shownIn(
        of,
        ordinals.flatMap((ordinal) => steps[ordinal] ?? []),
      );
      shown.set(`${runId}.${lane}`, names);
      addTo(ways.planned, once(names));
    }
  };
  const onDone = (runId: string, lane: number) => addTo(ways.done, once(shown.get(`${runId}.${lane}`) ?? []));
  return {
    count,
    ways,
    onFact(fact) {
      if (fact.kind !== 'written') return;
      const { run, members } = fact.commit;
      if (run?.plan) onPlan(fact.runId, run.plan);
      for (const { lane, status } of members ?? []) if (status === 'done') onDone(fact.runId, lane);
      if (run?.status === 'done' && !members) onDone(fact.runId, 0);
      if (run?.status === 'stopped') count.stops += 1;
      if (run?.status === 'cancelled') count.cancels += 1;
      if (run?.plan?.lanes) count.groups += 1;
    },
    onEffectTaken({ kind }) {
      if (kind === 'migrate-to') count.migrations += 1;
    },
  };
}

const once = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]));

export function addTo<Names extends string>(
  sums: Record<Names, number>,
  counts: Readonly<Record<Names, number>>,
): void {
  for (const name of Object.keys(counts) as Names[]) sums[name] = (sums[name] ?? 0) + counts[name];
}
