import type { ReplicaProcess } from './replica-process.ts';

/** The replicas of these that live, and as many new ones as make two. */
export async function twoLiveReplicas(
  start: () => Promise<ReplicaProcess>,
  known: readonly ReplicaProcess[],
): Promise<ReplicaProcess[]> {
  const alive = known.filter((replica) => replica.endedAt() === null);
  return [...alive, ...(await Promise.all(Array.from({ length: 2 - alive.length }, () => start())))];
}
