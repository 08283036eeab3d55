import type { Events, LiveReadingRow, TailMark } from '@lastgood/store';
import { changesOf, type LiveMessage, toLiveReading } from './live-messages.ts';

export interface LiveTailSource {
  events: Pick<Events, 'tailStart' | 'tail'>;
  readingsAfter(slot: number): Promise<LiveReadingRow[]>;
}

/** A slot is judged and committed within this time of its instant. */
const judgedWithinMs = 30_000;
/** More events than this at once are read in several goes. */
const eventsAtOnce = 500;

/**
 * Follows the event log and the readings from `startedAt` on: each pull gives what is new since the one before. Pulls must
 * not overlap. While nobody listens only the log is followed, so that a new listener gets no old news: what was read before it came
 * it has asked for.
 */
export function createLiveTail(source: LiveTailSource, startedAt: number) {
  let mark: TailMark | null = null;
  let slot = startedAt;
  return {
    async pull(withReadings: boolean, now: number): Promise<LiveMessage[]> {
      mark ??= await source.events.tailStart();
      const [log, readings] = await Promise.all([
        source.events.tail(mark, eventsAtOnce),
        withReadings ? source.readingsAfter(slot) : [],
      ]);
      mark = log.mark;
      slot = withReadings
        ? readings.reduce((newest, row) => Math.max(newest, row.slot), slot)
        : now - judgedWithinMs;
      return [...readings.map(toLiveReading), ...log.events.flatMap(changesOf)];
    },
  };
}
