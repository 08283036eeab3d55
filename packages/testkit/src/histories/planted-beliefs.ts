import type { ReadResult, SlotStore, TriggerState, WorkloadObservation } from '@lastgood/domain';
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
  /** Nothing ever breaches. */
  'breaches-hidden',
  /** A breach at the end of the window is nothing. */
  'end-breach-ignored',
  /** A breach has always only begun. */
  'hold-never-grows',
  /** A slot in which nothing was answered was healthy. */
  'unasked-is-healthy',
] as const;

export type PlantedBelief = (typeof plantedBeliefs)[number];

/** Plants it where the product asks: in what it reads of the cluster, and in what it reads of its own records. */
export function plantBelief({ rollout, store }: TestEngine, planted: PlantedBelief | null): void {
  const { read } = rollout;
  const { observe } = rollout.watch;
  const believe = (result: ReadResult): ReadResult => {
    const isFirst = store.world.deployments.size === 0;
    return result.kind === 'found' && isBelieved(planted, result.observation, isFirst)
      ? wanted(result.observation)
      : result;
  };
  rollout.read = async (...args) => believe(await read(...args));
  rollout.watch.observe = (workload) => believe(observe(workload));
  if (planted === 'looks-not-needed' || planted === 'claim-is-completion') needNoLooks(store.slots);
  const misread = planted && misreadStates[planted];
  if (misread) misreadTriggers(store.slots, misread);
}

/** Whether the source's answer is told as healthy whatever it is. */
export function isBreachHidden({ store, time }: TestEngine, planted: PlantedBelief | null): boolean {
  if (planted === 'breaches-hidden') return true;
  const ends = [...store.world.deployments.values()].map(({ deployment }) => deployment.watchEndsAt);
  return planted === 'end-breach-ignored' && ends.some((at) => at !== null && at <= time.now());
}

const misreadStates: Partial<Record<PlantedBelief, (state: TriggerState) => TriggerState>> = {
  'hold-never-grows': (state) => ({ ...state, heldMs: 0 }),
  'unasked-is-healthy': (state) => ({ ...state, slotsAsked: 1_000, slotsHealthy: 1_000 }),
};

/** What is stored of a trigger comes back as the belief has it. */
function misreadTriggers(slots: SlotStore, misread: (state: TriggerState) => TriggerState): void {
  const { watched } = slots;
  slots.watched = async (claim, pace) =>
    (await watched(claim, pace)).map((one) => ({
      ...one,
      triggers: one.triggers.map(({ trigger, state }) => ({ trigger, state: state && misread(state) })),
    }));
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
  slots.watched = async (claim, pace) =>
    (await watched(claim, pace)).map((one) => ({
      ...one,
      deployment: {
        ...one.deployment,
        looks: { served: 1_000, lastAt: claim.slot, lastServed: true, doubt: null },
      },
    }));
}
