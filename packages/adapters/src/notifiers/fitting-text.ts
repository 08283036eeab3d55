import { plainLine, plainLines } from '@lastgood/domain/notification/plain-text';

/**
 * A text in one line, by the rule of `plain-text.ts`, and not longer than a receiver takes: what is cut ends with an ellipsis. `most` counts
 * UTF-16 units, so it holds whatever the receiver counts.
 */
export function fittingText(text: string, most: number): string {
  return cut(plainLine(text), most);
}

/** The same with its line breaks kept. */
export function fittingLines(text: string, most: number): string {
  return cut(plainLines(text), most);
}

/** No longer than so many UTF-16 units; never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
