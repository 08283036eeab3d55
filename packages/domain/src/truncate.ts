/**
 * A text that fits: what is cut ends with an ellipsis, and never with half a character.
 * @param most in UTF-16 units, as `length` counts, the ellipsis among them: no fewer than the characters that anybody else counts
 */
export function truncate(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
