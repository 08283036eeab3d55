/** How long somebody may take something on, as a person says it. */
export const spans = ['half-an-hour', 'two-hours', 'next-morning'] as const;

export type Span = (typeof spans)[number];

const morningHour = 9;

/** The instant at which a span that begins at `now` ends, epoch ms, in the zone of the viewer. */
export function untilOf(span: Span, now: number): number {
  if (span === 'half-an-hour') return now + 30 * 60_000;
  if (span === 'two-hours') return now + 2 * 3_600_000;
  const morning = new Date(now);
  morning.setDate(morning.getDate() + (isBeforeMorning(now) ? 0 : 1));
  return morning.setHours(morningHour, 0, 0, 0);
}

/** The span in words. At three in the night the next morning is today's. */
export function spanWords(span: Span, now: number): string {
  if (span === 'half-an-hour') return '30 min';
  if (span === 'two-hours') return '2 h';
  return isBeforeMorning(now) ? 'today 9:00' : 'tomorrow 9:00';
}

/** Somebody who takes it on at a quarter to nine does not mean nine. */
function isBeforeMorning(now: number): boolean {
  return new Date(now).getHours() < morningHour - 1;
}
