import { type QuietHours, type Weekday, weekdays } from '../service/notify-route.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Nothing is held back for longer, whatever quiet hours follow one another. */
const longestMs = 7 * day;

/**
 * When the quiet hours end in which an instant lies, epoch milliseconds; null where it lies in none. They begin and end as the clocks
 * of their timezone show it, so that one night in spring is shorter and one in autumn longer. A time that a clock skips is when it has
 * skipped it, one that it shows twice is the first; where quiet hours touch, the last of them end them. By a timezone that is not known
 * here, as an older machine may not know one that was declared on another, nothing is quiet.
 */
export function quietUntil(hours: QuietHours, at: number): number | null {
  if (!isTimezone(hours.timezone)) return null;
  let until = at;
  for (;;) {
    const end = endOf(hours, until);
    if (end === null || until - at >= longestMs) break;
    until = end;
  }
  return until > at ? Math.min(until, at + longestMs) : null;
}

/** Whether a timezone of this name is known. */
export function isTimezone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

function endOf({ from, to, timezone, days }: QuietHours, at: number): number | null {
  const clock = clockOf(timezone);
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  const today = midnightOf(shownAt(clock, at));
  // Those of yesterday may not be over, and in a zone far from UTC a day begins on another date.
  for (const date of [today - day, today]) {
    if (days && !days.includes(weekdayOf(date))) continue;
    const start = instantOf(clock, date + begins * minute);
    const end = instantOf(clock, date + ends * minute + (ends <= begins ? day : 0));
    if (start <= at && at < end) return end;
  }
  return null;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The clock of a timezone shows a number here: what it would be in epoch milliseconds, were it a clock of UTC. */
type Shown = number;

function midnightOf(shown: Shown): Shown {
  return Math.floor(shown / day) * day;
}

/** The first of January 1970 was a Thursday. */
function weekdayOf(date: Shown): Weekday {
  return weekdays[(Math.floor(date / day) + 3 + 7 * 1_000_000) % 7] ?? 'mon';
}

/** As `disambiguation: "compatible"` of https://tc39.es/proposal-temporal/docs/timezone.html */
function instantOf(clock: Intl.DateTimeFormat, shown: Shown): number {
  const [before, after] = [offsetAt(clock, shown - day), offsetAt(clock, shown + day)];
  const candidates = [shown - before, shown - after].filter((at) => shownAt(clock, at) === shown);
  return candidates.length > 0 ? Math.min(...candidates) : shown - before;
}

function offsetAt(clock: Intl.DateTimeFormat, at: number): number {
  return shownAt(clock, at) - at;
}

/** To the millisecond, which every timezone shows alike. */
function shownAt(clock: Intl.DateTimeFormat, at: number): Shown {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, date, hour, minutes, second) + (((at % 1_000) + 1_000) % 1_000);
}

/** To make one costs a hundred times what it costs to ask it. By names without capitals: there are as many as the machine knows, however they are spelt. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone.toLowerCase());
  if (known) return known;
  const two = '2-digit';
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
  });
  clocks.set(timeZone.toLowerCase(), clock);
  return clock;
}
