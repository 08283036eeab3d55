import type { ReadResult, SlotStore, WorkloadObservation } from '@lastgood/domain';
import type { TestEngine } from '../scenario/test-engine.ts';

/** What might be believed in place of what serves. Each must be noticed. */
export const plantedBeliefs = [
  /** The specification is what serves, at every look. */
  'serving-from-spec',
  /** The specification is what serves when a service is first seen. */
  'baseline-from-spec',
  /** A rollout to no replicas serves. */
  'zero-serves',
  /** A window passes without a look. */
  'looks-not-needed',
  /** A pipeline's word is the end of the rollout, and no look is needed. */
  'claim-is-completion',
] as const;

export type PlantedBelief = (typeof plantedBeliefs)[number];

/** Plants it where the product asks: in what it reads of the cluster, and in what it reads of its own records. */
export function plantBelief({ rollout, store }: TestEngine, planted: PlantedBelief | null): void {
  const { read } = rollout;
  rollout.read = async (...args) => {
    const result = await read(...args);
    const isFirst = store.world.deployments.size === 0;
    return result.kind === 'found' && isBelieved(planted, result.observation, isFirst)
      ? wanted(result.observation)
      : result;
  };
  if (planted === 'looks-not-needed' || planted === 'claim-is-completion') needNoLooks(store.slots);
}

function isBelieved(
  planted: PlantedBelief | null,
  { progress }: WorkloadObservation,
  isFirst: boolean,
): boolean {
  if (planted === 'serving-from-spec') return true;
  if (planted === 'baseline-from-spec') return isFirst;
  return planted === 'zero-serves' && progress.desired === 0;
}

function wanted(observation: WorkloadObservation): ReadResult {
  const { snapshot, progress } = observation;
  const desired = Math.max(1, progress.desired);
  return {
    kind: 'found',
    observation: {
      ...observation,
      progress: { ...progress, complete: true, desired, available: desired, updated: desired },
      serving: [{ snapshot, ready: desired, readyDigests: {} }],
    },
  };
}

function needNoLooks(slots: SlotStore): void {
  const { watched } = slots;
  slots.watched = async (claim) =>
    (await watched(claim)).map((one) => ({
      ...one,
      deployment: {
        ...one.deployment,
        looks: { served: 1_000, lastAt: claim.slot, lastServed: true, doubt: null },
      },
    }));
}
