import type { StartProgram } from '../../../services/index.ts';

/** Requests a second that a process can answer from the start, and how many answered ones teach it one more. */
const coldPerSecond = 3;
const learnsOneBy = 5;
/** What it has loaded when it starts. */
const loaded = 60;
/** What is not asked for so long is forgotten. */
const forgetsAfterMs = 30_000;
const windowMs = 1_000;
/** Of the requests beyond that. */
const failingShare = 0.8;

/**
 * An index that lives in memory, loaded at the start and kept there by requests. A process that has had none for a while knows little: a few
 * requests a second it can answer, and more with every one; all of them at once are too many.
 */
export const coldIndex: StartProgram = ({ clock }) => {
  let known = loaded;
  let recent: number[] = [];
  let lastAt = clock.now();
  return {
    errorShare() {
      const now = clock.now();
      if (now - lastAt > forgetsAfterMs) known = 0;
      lastAt = now;
      recent = [...recent.filter((at) => now - at < windowMs), now];
      if (recent.length > coldPerSecond + known / learnsOneBy) return failingShare;
      known += 1;
      return 0;
    },
  };
};
