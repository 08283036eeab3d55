import type { ImageEvidence } from './observation.ts';
import type { WorkloadSnapshot } from './workload.ts';

/** A tag that points to other content than it did when the target was recorded. */
export interface MovedTag {
  container: string;
  reference: string;
  /** `sha256:...` as it was proven. */
  recorded: string;
  /** `sha256:...` that pods got under this tag since. */
  now: string;
}

/** What to do about each container's image before a recorded template is applied again. */
export interface ImageJudgement {
  /** Container to digest: the image is named by digest, because its tag points elsewhere, or nothing tells where. */
  pin: Record<string, string>;
  /** Of the pinned ones, those whose tag is known to point elsewhere now. */
  moved: MovedTag[];
  /** Images that no registry has any more, in words: the target cannot be started. */
  gone: string[];
  /** Images whose digest was never seen; only their tag can be trusted. */
  unknown: string[];
}

/**
 * A tag is only a name; what was proven is the digest. An image already named by digest is left alone; so is a tag that pods
 * of the workload run with the recorded digest and no other right now, for then the old ReplicaSet is used again and a
 * rollback of a stuck rollout takes no time. Everything else is pinned to the recorded digest, unless that is known to be
 * gone. A container that serves now as it is in the target is never a reason to refuse.
 *
 * @param from what is set now
 */
export function judgeImages(
  target: WorkloadSnapshot,
  from: Pick<WorkloadSnapshot, 'images' | 'imageDigests'>,
  evidence: readonly ImageEvidence[],
): ImageJudgement {
  const judgement: ImageJudgement = { pin: {}, moved: [], gone: [], unknown: [] };
  for (const [container, reference] of Object.entries(target.images)) {
    const recorded = reference.split('@')[1] ?? target.imageDigests[container];
    if (!recorded) {
      judgement.unknown.push(`${container} (${reference})`);
      continue;
    }
    const found = evidence.find((one) => one.container === container);
    const running = found?.runningDigests ?? [];
    const now = running.find((digest) => digest !== recorded);
    const isSame = from.images[container] === reference && from.imageDigests[container] === recorded;
    const mustPin = !reference.includes('@') && (now !== undefined || running.length === 0);
    if (found?.goneDigests.includes(recorded) && !isSame && !running.includes(recorded))
      judgement.gone.push(`${reference.split('@')[0]} as it was (${recorded})`);
    else if (mustPin) judgement.pin[container] = recorded;
    if (judgement.pin[container] && now) judgement.moved.push({ container, reference, recorded, now });
  }
  return judgement;
}
