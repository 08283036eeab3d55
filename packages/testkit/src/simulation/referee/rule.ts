import type { RunCommit, RunStep, Step, StepPatch } from '@lastgood/domain';
import type { InMemoryStore } from '../../fakes/in-memory-store.ts';
import type { RunStoreFact } from '../../fakes/store/run-store.ts';
import type { SimulatedWorld, TakenEffect } from '../simulated-world.ts';
import type { BroughtOut } from '../ways/bring-out.ts';

/** What a rule may look at. */
export interface Watched {
  store: InMemoryStore;
  world: SimulatedWorld;
  /** By the key of the service. */
  released: ReadonlyMap<string, BroughtOut>;
}

/** One thing that must never happen. Each beat says in words what broke it. */
export interface Rule {
  /** A claim or write of a run, before it is applied to the tables. */
  onFact?(fact: RunStoreFact): string[];
  /** A process is about to send the effect of a step. */
  onEffectSent?(operation: string): string[];
  /** The outside has accepted the effect of a step. */
  onEffectTaken?(effect: TakenEffect): string[];
  /** Between any two things that happen. */
  atEveryMoment?(): string[];
  /** Everything has come to rest. */
  atRest?(): string[];
}

export type CreateRule = (watched: Watched) => Rule;

/** `run/step` in its parts. */
export function partsOf(operation: string): { runId: string; ordinal: number } {
  const [runId = '', ordinal] = operation.split('/');
  return { runId, ordinal: Number(ordinal) };
}

/** What an effect was planned as: a stage is reached by the same request that sets weights at once. */
export function plannedOf({ store }: Watched, operation: string): Step | undefined {
  const { runId, ordinal } = partsOf(operation);
  const rows = store.world.runs.get(runId)?.steps;
  return rows?.find((one) => one.ordinal === ordinal)?.planned.step;
}

/** The rows after a commit, which may hold the end of a step and the beginning of the next. */
export function withPatches(steps: readonly RunStep[], patches: readonly StepPatch[] = []): RunStep[] {
  let rows = [...steps];
  for (const { attempt: _, ...patch } of patches)
    rows = rows.map((row) => (row.ordinal === patch.ordinal ? { ...row, ...patch } : row));
  return rows;
}

/** What a commit says of steps: its patches, and those of a fresh plan that are begun with it. */
export function patchesOf({ steps = [], newSteps = [] }: Pick<RunCommit, 'steps' | 'newSteps'>): StepPatch[] {
  const begun = newSteps.filter(({ status }) => status !== 'pending');
  return [...begun.map(({ ordinal, status }) => ({ ordinal, status })), ...steps];
}
