import { truncate } from '@lastgood/domain/truncate';

/** One wrong member of a request. */
export interface Fault {
  /** JSON Pointer into the request. */
  path: string;
  message: string;
}

/** How many are told: who has mended these sees the others. */
export const mostFaults = 20;

/** A text of somebody else's at its beginning: enough to know it again, never a megabyte of it. */
export function excerpt(text: string): string {
  return truncate(text, 80);
}

/** Names that could have been given: "a, b, c and 40 more". */
export function someOf(names: readonly string[]): string {
  const more = names.length - mostFaults;
  return more > 0 ? `${names.slice(0, mostFaults).join(', ')} and ${more} more` : names.join(', ');
}

/** What follows the first fault in a sentence: where the others are told, and how many are not. */
export function othersInWords(count: number): string {
  if (count < 2) return '';
  const others = Math.min(count, mostFaults) - 1;
  return count > mostFaults
    ? ` ${others} more in errors, and ${count - mostFaults} that are not told.`
    : ` ${others} more in errors.`;
}
