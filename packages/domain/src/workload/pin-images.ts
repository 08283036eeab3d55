import type { ImageEvidence } from './observation.ts';
import type { WorkloadSnapshot } from './workload.ts';

/** What to do about each container's image before a recorded template is applied again. */
export interface ImageJudgement {
  /** Container to digest: the image is named by digest, because nothing proves where its tag points now. */
  pin: Record<string, string>;
  /** Tags that are known to point elsewhere now, in words. */
  moved: string[];
  /** Images whose digest was never seen; only their tag can be trusted. */
  unknown: string[];
}

/**
 * A tag is only a name. An image already named by digest is left alone; a tag that pods run with the recorded digest
 * right now is left alone too, so that the old ReplicaSet is reused and a rollback of a stuck rollout takes no time; a
 * tag that runs with another digest has moved; everything else is pinned to the recorded digest.
 */
export function judgeImages(target: WorkloadSnapshot, evidence: readonly ImageEvidence[]): ImageJudgement {
  const judgement: ImageJudgement = { pin: {}, moved: [], unknown: [] };
  for (const [container, reference] of Object.entries(target.images)) {
    if (reference.includes('@sha256:')) continue;
    const recorded = target.imageDigests[container];
    if (!recorded) {
      judgement.unknown.push(`${container} (${reference})`);
      continue;
    }
    const running = evidence.find((one) => one.container === container)?.runningDigests ?? [];
    const other = running.find((digest) => digest !== recorded);
    if (other) judgement.moved.push(`${reference} was ${recorded} and is ${other} now`);
    else if (running.length === 0) judgement.pin[container] = recorded;
  }
  return judgement;
}
