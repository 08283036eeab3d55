/*
 * What stands in a message came from outside in part: a version, a name, the words of an outside system. One rule for every receiver, before
 * its own escapes:
 *
 * - what breaks a line (line feed, carriage return, U+0085, U+2028, U+2029) is a line break, or a space where one line is asked for;
 * - every other control character (Cc) is a space, and so is white space of any kind: a run of them is one;
 * - what is not seen and changes what is seen is left out: direction marks and overrides (U+061C, U+200E-F, U+202A-E, U+2066-9), zero-width
 *   characters, soft hyphens, fillers, tags (all of Default_Ignorable_Code_Point) and the anchors of annotations (U+FFF9-B). What stays are
 *   variation selectors, and the joiner (U+200D) between two pictures, which make one picture of them;
 * - half of a character (a lone surrogate) is U+FFFD.
 *
 * Direction marks are left out, not balanced: with U+202E a version reads backwards, and people would roll back to another one.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point and https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */

const unseen =
  /(?![\uFE00-\uFE0F])(?!(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic}))[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;

/** A text in one line that shows all that is in it. */
export function plainLine(text: string): string {
  return seen(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** The same with its line breaks kept, no more than one line empty between two. */
export function plainLines(text: string): string {
  return seen(text)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/(?:(?!\n)[\s\p{Cc}])+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function seen(text: string): string {
  return text.toWellFormed().replace(unseen, '');
}
