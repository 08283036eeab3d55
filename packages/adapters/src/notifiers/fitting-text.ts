/**
 * A text in one line and not longer than a receiver takes: control characters and line breaks become spaces, and what is cut ends with an
 * ellipsis. `most` counts UTF-16 units, so it holds whatever the receiver counts.
 */
export function fittingText(text: string, most: number): string {
  return cut(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), most);
}

/** The same with its line breaks kept. */
export function fittingLines(text: string, most: number): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\n]+/gu, ' ');
  return cut(lines.trim(), most);
}

function cut(text: string, most: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= most) return whole;
  // Half of a character is none.
  return `${whole.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
