import { useLiveState } from '../live/live-provider.tsx';
import { serverClock } from '../time/server-clock.ts';
import { useBrowserNow } from '../time/use-browser-now.ts';

/** The server's clock, once a second. Stands still while the line is lost: nothing counts down on old news. */
export function useNow(): number {
  const ticked = useBrowserNow();
  const { phase, shownAt } = useLiveState();
  return (phase === 'lost' && shownAt !== null ? shownAt : ticked) + serverClock.offsetMs();
}
