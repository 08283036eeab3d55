import { spokenDuration } from './duration.ts';

/** How far an instant is from now, in one unit: `just now`, `12 s ago`, `4 min ago`, `in 40 s`. */
export function relativeTime(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 1.5) return 'just now';
  const text = spokenDuration(coarse(distance));
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** One unit is enough for a glance: whole seconds, minutes, hours or days. */
function coarse(seconds: number): number {
  if (seconds < 60) return Math.min(59, Math.round(seconds));
  if (seconds < 3600) return Math.floor(seconds / 60) * 60;
  if (seconds < 86_400) return Math.floor(seconds / 3600) * 3600;
  return Math.floor(seconds / 86_400) * 86_400;
}

const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** Clock time for today, weekday within six days, date beyond: `14:02`, `Tue 14:02`, `12 Nov 14:02`. */
export function shortMoment(at: number, now: number, timeZone?: string): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, ...time }).format(at);
  if (day.format(at) === day.format(now)) return clock;
  const near = Math.abs(now - at) < 6 * 86_400_000;
  const date = new Intl.DateTimeFormat(
    'en-GB',
    near ? { timeZone, weekday: 'short' } : { timeZone, day: 'numeric', month: 'short' },
  ).format(at);
  return `${date} ${clock}`;
}

/** The whole instant in a zone, with the zone's short name: `22 Nov 2026, 14:02:05 GMT+1`. */
export function fullMoment(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...time,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** Hours, minutes and seconds on the viewer's clock. */
export function clockSeconds(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...time,
    second: '2-digit',
  }).format(at);
}
