import { imageInWords, type RegistryImage } from '../../workload/registry-image.ts';
import type { StepContract } from './step-contract.ts';

/** An image that its registry has lost, as it should be there. */
export interface RestoredImage extends RegistryImage {
  /** The backup it is taken from, as the settings call it. */
  backup: string;
  /** Names it from then on, so that the garbage collector of the registry keeps it. */
  tag: string;
}

export interface ImageSeen {
  /** Manifests and blobs, counted once each; `total` is null when neither the registry nor the backup tells. */
  parts: { there: number; total: number | null };
  /** The digest under the tag; null when nothing is. */
  tagged: string | null;
  /** Null when it was not asked, because nothing is missing. */
  backupHasIt: boolean | null;
}

/** Every part is in the registry and the tag names the digest. Content is never changed by this, only added. */
export const restoreImage: StepContract<'restore-image', RestoredImage, ImageSeen> = {
  kind: 'restore-image',
  isDone: (step, { parts, tagged }) => parts.there === parts.total && tagged === step.digest,
  refusal(step, { tagged, backupHasIt }) {
    if (tagged !== null && tagged !== step.digest) {
      return {
        reason: `The tag ${step.tag} of ${step.registry}/${step.repository} names ${tagged}: somebody else set it, and it is not overwritten.`,
        advice: 'Find out who set that tag and remove it, then resume.',
      };
    }
    if (backupHasIt !== false) return null;
    return {
      code: 'image-gone',
      reason: `The backup ${step.backup} does not have ${imageInWords(step)} any more, or not all of it.`,
      advice: 'Push the recorded image again and resume, or choose another release to return to.',
    };
  },
  waitsFor: () => null,
  inWords: (_step, { parts: { there, total } }) =>
    total === null ? 'nothing of it is there' : `${there} of ${total} parts are in the registry`,
  // One attempt may have to carry a layer of some gigabytes.
  limits: { scheduleToStartMs: 10 * 60_000, startToCloseMs: 60 * 60_000, heartbeatMs: 10 * 60_000 },
  lookAgainMs: 1_000,
  leavesBehind: ({ registry, repository }) =>
    `Part of the image may have been copied to ${registry}/${repository}; nothing names it before it is whole, and the registry's garbage collector removes it.`,
  usualMs: 60_000,
  adds: (step) =>
    `${imageInWords(step)} was copied to ${step.registry} from ${step.backup} and stays there under the tag ${step.tag}.`,
  looksOnly: {
    whenSkipped: 'Pods of the target start only on nodes that still have its image.',
  },
};
