export type Text = string | number;

/**
 * Markdown in which only the literal parts are markup: what is put in is shown as it is, on one line, by any reader of
 * CommonMark or of GitHub's dialect. Runs of white space and control characters become one space.
 * https://spec.commonmark.org/0.31.2/ https://github.github.com/gfm/
 */
export function markdown(literals: TemplateStringsArray, ...values: Text[]): string {
  return literals
    .map((literal, index) => `${literal}${index < values.length ? shown(values[index]) : ''}`)
    .join('');
}

/** A link to a page of Lastgood itself; what is no such address is shown as text. */
export function markdownLink(url: string): string {
  const address = URL.parse(url);
  const opens = address && /^https?:$/.test(address.protocol) && address.username + address.password === '';
  return opens && !/[\s<>`|]/.test(address.href) ? `<${address.href}>` : markdown`${url}`;
}

/**
 * Words that readers make into links or mentions whatever is escaped in them: only inside of code they are left alone. A bar
 * ends the code, since what escapes it in a table is shown outside of one.
 */
const linking = /[^\s|]*(?:@|:\/\/|www\.)[^\s|]*/gi;

function shown(value: Text | undefined): string {
  const text = String(value ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const words = text.split(linking);
  const links = text.match(linking) ?? [];
  const parts = words.map((word, index) => `${escaped(word)}${links[index] ? code(links[index]) : ''}`);
  return unlikeABlock(parts.join(''));
}

/** Every character that may begin or end a span of its own, where it may. */
function escaped(text: string): string {
  return text.replace(/[\\`*[\]|~#$]|<(?=[a-z/!?])|&(?=[#a-z])|(?<![a-z\d])_|_(?![a-z\d_])/gi, '\\$&');
}

/** What would begin a list, a quotation, a line or a table where the text begins a line or an item. */
function unlikeABlock(text: string): string {
  return text.replace(/^[-+=>:]/, '\\$&').replace(/^(\d+)([.)])(?= |$)/, '$1\\$2');
}

function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const gap = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${gap}${text}${gap}${fence}`;
}
