import { useCallback, useSyncExternalStore } from 'react';
import { lastTick, subscribeToTicks } from '../time/use-browser-now.ts';
import type { LiveState } from './live-connection.ts';
import { useLive } from './live-provider.tsx';

/** Twice as long as it takes to ask without the line: what is older than that nobody has looked at. */
const believedMs = 10_000;
/** A line that fell silent is given up when all is older than that already: whoever is asked at once has this long to answer. */
const askedMs = 2_000;

type Line = Pick<LiveState, 'phase' | 'lostAt' | 'shownAt'>;

/** Since when nothing is known of what is shown, on this browser's clock; null while it may be believed. */
export function unseenSince({ phase, lostAt, shownAt }: Line, now: number): number | null {
  if (phase !== 'lost' || lostAt === null || shownAt === null) return null;
  return now - shownAt > believedMs && now - lostAt > askedMs ? shownAt : null;
}

/** The same, alive: drawn anew only when it turns. */
export function useUnseenSince(): number | null {
  const { connection } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = [connection.subscribe(listener), subscribeToTicks(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
    [connection],
  );
  return useSyncExternalStore(subscribe, () => unseenSince(connection.state(), lastTick()));
}
