import { formatMoment, formatSpan } from '../trigger/format.ts';

/** "since 12:00:00 UTC (1 h)". Both instants are epoch milliseconds. */
export function sinceInWords(since: number, at: number): string {
  return `since ${formatMoment(since, at)} (${formatSpan(at - since)})`;
}
