import type { TimelineEvent } from '@lastgood/api-client';

/** What is new above the events that are shown, newest first; among the newest are some that are shown already. */
export function freshEvents(
  shown: readonly TimelineEvent[],
  newest: readonly TimelineEvent[],
): TimelineEvent[] {
  const known = new Set(shown.map(({ id }) => id));
  // Ids are seen in the order of their commits: one that comes late is below the newest that is shown, and is no less new.
  const oldest = shown.at(-1)?.id ?? 0;
  return newest.filter(({ id }) => id > oldest && !known.has(id));
}
