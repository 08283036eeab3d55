import { releaseName } from '../../../deployment/release-words.ts';
import { isoInstant } from '../../../iso-instant.ts';
import {
  type ImageJudgement,
  imageAsItWas,
  judgeImages,
  type RestorableImage,
} from '../../../workload/pin-images.ts';
import { imageInWords, keepingTag } from '../../../workload/registry-image.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import type { WorkloadSeen } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import type { WayStep } from '../way.ts';
import type { RollingContext } from './needs.ts';
import type { ReadyWorkload } from './ready-workload.ts';

/** Pushed or restored, it must be the very digest. */
export const imageGone = 'image-gone';

/** @param to as it was recorded */
export function imageRefusals(
  { observation, evidence, registry }: WorkloadSeen,
  to: WorkloadSnapshot,
  context: RollingContext,
): Refusal[] {
  return judgeImages(to, observation.snapshot, evidence, registry).gone.map(
    ({ reference, digest, registryAsked, backupNotes }) => ({
      code: imageGone,
      reason: [
        `The registry no longer has ${imageAsItWas(reference, digest)}: ${releaseName(context.target)} cannot be started.`,
        registryAsked ? 'It was asked just now.' : 'It told a pod so that wanted to pull it.',
        ...notNeededSince(context),
        ...backupNotes,
      ].join(' '),
      advice: 'Push the recorded image again, or choose another release to return to.',
    }),
  );
}

/** Known only of the release right before: from then on nodes need not keep it. */
function notNeededSince({ deployment, target }: RollingContext): string[] {
  if (deployment.previousDeploymentId !== target.id) return [];
  const since = isoInstant(deployment.startedAt).slice(0, 16).replace('T', ' ');
  return [
    `No pod needs it since ${releaseName(deployment)} began (${since} UTC), so nodes may have dropped it too.`,
  ];
}

/** Copies back what the registry has lost: each image once, whatever its containers. */
export function restoreSteps(workloads: readonly ReadyWorkload[]): WayStep[] {
  const images = new Map(
    workloads.flatMap(judged).flatMap(({ restore }) => restore.map((one) => [imageInWords(one.image), one])),
  );
  return [...images.values()].map(({ image, backup }) => ({
    phase: 'images',
    step: { kind: 'restore-image', ...image, backup: backup.name, tag: keepingTag(image.digest) },
    title: `Copy ${image.repository} (${image.digest.slice(0, 19)}, ${sizeInWords(backup.bytes)}) from ${backup.name} back to ${image.registry}`,
  }));
}

/** What a person should know of the images before the click, but what stops nothing. */
export function imageWarnings(ready: ReadyWorkload): string[] {
  const { restore, onNodesOnly, unasked } = judged(ready);
  return [
    ...restore.map(restoreWarning),
    ...onNodesOnly.map(
      (image) =>
        `The registry no longer has ${image}. Pods run it now, so nodes that have it can start it; no other node can.`,
    ),
    ...unasked.map(
      ({ reference, reason }) =>
        `Whether the registry still has ${reference} is not known: ${reason}. That is no proof that it is gone, and a node may have it; if neither has it, the new pods do not start and the old ones serve on.`,
    ),
  ];
}

/** Of what is copied back, the references by a tag: the copy does not set it, so it helps only what names the digest. */
export function tagsNotRestored(ready: ReadyWorkload): string[] {
  const { pin, restore } = judged(ready);
  const { images } = ready.recorded;
  return Object.entries(pin).flatMap(([container, digest]) => {
    const reference = images[container];
    return reference !== undefined && restore.some(({ image }) => image.digest === digest) ? [reference] : [];
  });
}

function restoreWarning({ image, backup }: RestorableImage): string {
  return (
    `${image.registry} no longer has ${image.repository} as it was (${image.digest}). Its backup ${backup.name} has exactly that digest, so it is copied back first (${sizeInWords(backup.bytes)}). ` +
    `No tag is set over: it gets the tag ${keepingTag(image.digest)}, because the garbage collector of a registry removes what no tag names. Remove that tag when the release is no longer wanted. ` +
    'Signatures and attestations that lay beside the image are not copied.'
  );
}

function judged({ recorded, observation, evidence, registry }: ReadyWorkload): ImageJudgement {
  return judgeImages(recorded, observation.snapshot, evidence, registry);
}

function sizeInWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
