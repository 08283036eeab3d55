import type { Events, TailMark, Views } from '@lastgood/store';
import { changesOf, type LiveMessage, toLiveReading } from './live-messages.ts';

export interface LiveTailSource {
  events: Pick<Events, 'tailStart' | 'tail'>;
  views: Pick<Views, 'judgedChunks' | 'liveReadings'>;
}

type Judged = Awaited<ReturnType<Views['judgedChunks']>>[number];

/** A slot is judged and committed within this time of its instant. */
const judgedWithinMs = 30_000;
/** For so long after the newest slot a chunk of one before may still come, as from a replica that was frozen. */
const lateWithinMs = 120_000;
/** More events than this at once are read in several goes. */
const eventsAtOnce = 500;

/**
 * Follows the event log and the readings from `startedAt` on: each pull gives what is new since the one before. Pulls must
 * not overlap. While nobody listens only the log is followed, so that a new listener gets no old news: what was read before it came
 * it has asked for.
 *
 * The chunks of a slot are committed one by one, by several replicas: what was told is remembered by the chunk, and one that comes
 * after others of its slot, or after a newer slot of others, is told like any.
 */
export function createLiveTail(source: LiveTailSource, startedAt: number) {
  let mark: TailMark | null = null;
  /** Nothing of it or before it is told any more. */
  let past = startedAt;
  let told: readonly Judged[] = [];

  async function newChunks(): Promise<Judged[]> {
    const known = new Set(told.map(keyOf));
    const judged = await source.views.judgedChunks(past);
    return judged.filter((one) => !known.has(keyOf(one)));
  }

  return {
    async pull(withReadings: boolean, now: number): Promise<LiveMessage[]> {
      mark ??= await source.events.tailStart();
      const [log, chunks] = await Promise.all([
        source.events.tail(mark, eventsAtOnce),
        withReadings ? newChunks() : [],
      ]);
      const readings = chunks.length === 0 ? [] : await source.views.liveReadings(chunks);
      mark = log.mark;
      if (withReadings) {
        const newest = chunks.reduce((latest, { slot }) => Math.max(latest, slot), past);
        past = Math.max(past, newest - lateWithinMs);
        told = [...told, ...chunks].filter(({ slot }) => slot > past);
      } else {
        past = now - judgedWithinMs;
        told = [];
      }
      return [...readings.map(toLiveReading), ...log.events.flatMap(changesOf)];
    },
  };
}

function keyOf({ slot, chunk }: Judged): string {
  return `${slot}/${chunk}`;
}
