import { clockSeconds } from '../time/moment.ts';
import { serverClock } from '../time/server-clock.ts';
import { useBrowserNow } from '../time/use-browser-now.ts';

/** The time of the server in the viewer's zone and in UTC: for calls across zones and for notes. */
export function ZoneClock() {
  const now = useBrowserNow() + serverClock.offsetMs();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <span>
      {clockSeconds(now)} {zone}
      {zone !== 'UTC' && `, ${clockSeconds(now, 'UTC')} UTC`}
    </span>
  );
}
