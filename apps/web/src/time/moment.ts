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

const shapes = {
  day: ['en-CA', { dateStyle: 'short' }],
  time: ['en-GB', time],
  weekday: ['en-GB', { weekday: 'short' }],
  date: ['en-GB', { day: 'numeric', month: 'short' }],
  whole: [
    'en-GB',
    { ...time, day: 'numeric', month: 'short', year: 'numeric', second: '2-digit', timeZoneName: 'short' },
  ],
  seconds: ['en-GB', { ...time, second: '2-digit' }],
} as const satisfies Record<string, readonly [string, Intl.DateTimeFormatOptions]>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant in one of the shapes. Making a format takes a hundred times as long as using it, so each is made once. */
function format(shape: keyof typeof shapes, at: number, timeZone: string | undefined): string {
  const key = `${shape} ${timeZone ?? ''}`;
  let one = formats.get(key);
  if (!one) {
    const [locale, options] = shapes[shape];
    one = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    formats.set(key, one);
  }
  return one.format(at);
}

/** Clock time for today, weekday within six days, date beyond: `14:02`, `Tue 14:02`, `12 Nov 14:02`. */
export function shortMoment(at: number, now: number, timeZone?: string): string {
  const clock = format('time', at, timeZone);
  if (format('day', at, timeZone) === format('day', now, timeZone)) return clock;
  const near = Math.abs(now - at) < 6 * 86_400_000;
  return `${format(near ? 'weekday' : 'date', at, timeZone)} ${clock}`;
}

/** The whole instant in a zone, with the zone's short name: `22 Nov 2026, 14:02:05 GMT+1`. */
export const fullMoment = (at: number, timeZone?: string): string => format('whole', at, timeZone);

/** Hours, minutes and seconds on the viewer's clock. */
export const clockSeconds = (at: number, timeZone?: string): string => format('seconds', at, timeZone);
