/**
 * A text that a fact of a card shows as it is. Facts are read as a part of Markdown:
 * https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features. An underscore within a word means nothing, and a name as
 * high_error_rate is left as people know it.
 */
export function escapedMarkdown(text: string): string {
  return withoutFunctions(text)
    .replace(/[\\*[\]`~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^([-+#>])/gm, '\\$1')
    .replace(/^(\d+)([.)])(?=\s)/gm, '$1\\$2');
}

/** Two braces begin a function that writes a date anew, in every text of a card. */
export function withoutFunctions(text: string): string {
  return text.replace(/\{(?=\{)/g, '{ ');
}
