import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { useSeen } from './use-seen.ts';

/** What the server said of how something is; while nobody answers, how it was and when. */
export function SeenMark({ said, boxed = false }: { said: Said; boxed?: boolean }) {
  return <MeaningMark said={useSeen(said)} boxed={boxed} />;
}
