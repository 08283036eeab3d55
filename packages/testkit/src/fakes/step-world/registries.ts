import { type ImageBackup, type ImageSeen, imageInWords, type Registries } from '@lastgood/domain';
import { type ReceiverState, receive, unreachableNow } from './receivers.ts';

/** An image of a registry, by its parts, and the backup behind it. */
export interface KeptImage {
  there: number;
  total: number;
  tagged: string | null;
  backup: ImageBackup | null;
}

export interface RegistryStates {
  /** By `registry/repository@digest`. */
  images: Record<string, KeptImage>;
}

export function createInMemoryRegistries(receivers: ReceiverState, state: RegistryStates): Registries {
  return {
    async readImage(image, signal) {
      if (signal.aborted) return { kind: 'unknown', reason: 'called off' };
      const lost = unreachableNow(receivers);
      if (lost) return { kind: 'unknown', reason: lost.reason };
      const kept = state.images[imageInWords(image)];
      if (!kept) return null;
      if (kept.there === kept.total) return { kind: 'there', manifestBytes: 1 };
      return { kind: 'gone', backup: kept.backup, backupNotes: [] };
    },
    restoreImage: receive(receivers, 'restore-image', {
      find: (step) => state.images[imageInWords(step)],
      seen: ({ there, total, tagged, backup }): ImageSeen => ({
        parts: { there, total: there === total || backup ? total : null },
        tagged,
        backupHasIt: there === total ? null : backup !== null,
      }),
      isThere: ({ there, total, tagged }, { digest }) => there === total && tagged === digest,
      fence: ({ there, total, backup }) =>
        there === total || backup ? null : '404: the backup does not have it',
      write(image, { digest }) {
        image.there = image.total;
        image.tagged = digest;
      },
    }),
  };
}
