import type { StoredEvent } from '@lastgood/domain';
import type { LiveReadingRow } from '@lastgood/store/views/view-rows';
import { changesOf, type LiveMessage, toLiveReading } from './live-messages.ts';

export interface LiveTailSource {
  /** Events after the mark, oldest first, with the mark to go on from. A null mark: none, only where the log ends now. */
  eventsSince(mark: EventMark | null): Promise<{ events: StoredEvent[]; mark: EventMark }>;
  readingsAfter(slot: number): Promise<LiveReadingRow[]>;
}

/** Where a tail of the event log stands; opaque here. */
export type EventMark = unknown;

/**
 * Follows the event log and the readings. `pull` gives what is new since the last time; pulls do not overlap, and a pull
 * asked for during another follows it.
 */
export function createLiveTail(source: LiveTailSource, startedAt: number) {
  let mark: EventMark | null = null;
  let slot = startedAt;
  return {
    async pull(): Promise<LiveMessage[]> {
      const [log, readings] = await Promise.all([source.eventsSince(mark), source.readingsAfter(slot)]);
      mark = log.mark;
      slot = readings.reduce((newest, row) => Math.max(newest, row.slot), slot);
      return [...readings.map(toLiveReading), ...log.events.flatMap(changesOf)];
    },
  };
}

export type LiveTail = ReturnType<typeof createLiveTail>;
