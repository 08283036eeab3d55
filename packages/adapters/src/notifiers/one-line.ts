/**
 * What no receiver is sent: control characters, which end a header or move a cursor, and those that turn the direction of what follows.
 * https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** A text in one line without what cannot be seen, cut to so many characters of UTF-16 with an ellipsis. */
export function oneLine(text: string, longest: number): string {
  return cut(text.replace(unseen, ' ').replace(/ {2,}/g, ' ').trim(), longest);
}

/** The same for a text of several lines, which stay. */
export function lines(text: string, longest: number): string {
  const cleaned = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', ' ').replace(unseen, '').trimEnd());
  return cut(cleaned.join('\n').trim(), longest);
}

/** Never in the middle of a character that takes two places. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
