/** How patient watching is. All in milliseconds but for counts. */
export interface WatchPace {
  /** Longest wait for a watch to open. */
  openWithinMs: number;
  /** A watch that says nothing for this long is opened again. API servers send a bookmark about once a minute. */
  silenceMs: number;
  /** A watch is asked to end by itself after this long, up to twice as long by chance, so that they do not end together. */
  endsAfterMs: number;
  /** After being cut off, how long a watch that goes on may take to send what was missed. */
  catchUpMs: number;
  firstPauseMs: number;
  longestPauseMs: number;
  /** Where nothing may be watched, each list is asked this often, slower where there are many. */
  listEveryMs: number;
  /** Lists a second over a whole cluster that may not be watched. */
  listsPerSecond: number;
  /** After this long it is tried again whether what was refused may be watched now. */
  askRightsAgainMs: number;
  /** More namespaces than this are watched all together, if the right is there. */
  namespacesOneByOne: number;
  /** Changes are told together, this long after the first of them. */
  gatherMs: number;
}

const second = 1_000;

export const watchPace: WatchPace = {
  openWithinMs: 10 * second,
  silenceMs: 90 * second,
  endsAfterMs: 300 * second,
  catchUpMs: 300,
  firstPauseMs: second,
  longestPauseMs: 30 * second,
  listEveryMs: 15 * second,
  listsPerSecond: 2,
  askRightsAgainMs: 600 * second,
  namespacesOneByOne: 20,
  gatherMs: 150,
};

/** Doubles with every failure in a row up to a ceiling; between half of that and one and a half times by chance. */
export function pauseAfter(
  failures: number,
  { firstPauseMs, longestPauseMs }: WatchPace,
  random: () => number,
): number {
  const doubled = firstPauseMs * 2 ** Math.min(20, Math.max(0, failures - 1));
  return Math.min(longestPauseMs, doubled) * (0.5 + random());
}
