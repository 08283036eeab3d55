import { truncate } from '@lastgood/domain/truncate';

/** Longest text of an API server that is passed on, in characters. */
const longestText = 400;

/**
 * What an API server says, without what it quotes. Its validation repeats values, for a wrong type the whole object, and an
 * object may be a Secret; a 400 may hold the request as hex. Kept is what names things: fields, policies, images by digest.
 */
export function safeText(text: string): string {
  const kept = withoutEncoded(withoutJson(withoutValues(text)))
    .replace(/\s+/g, ' ')
    .trim();
  return truncate(kept, longestText);
}

const leftOut = '(left out)';

/** `Invalid value: "…": detail` keeps the detail, unless it cannot be told where the value ends. */
function withoutValues(text: string): string {
  const found = /\b(?:Invalid|Unsupported|Duplicate) value: /.exec(text);
  if (!found) return text;
  const start = found.index + found[0].length;
  const rest = text.slice(start);
  const value = /^(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)(?=: |,|\]|$)/.exec(rest);
  const after = value ? withoutValues(rest.slice(value[0].length)) : '';
  return `${text.slice(0, start)}${leftOut}${after}`;
}

/** From the first member of an object on, nobody knows where it ends. */
function withoutJson(text: string): string {
  const at = text.search(/\{\s*\\*"/);
  return at < 0 ? text : `${text.slice(0, at)}${leftOut}`;
}

/** Long runs of hex or base64, unless they are the digest of an image. */
function withoutEncoded(text: string): string {
  return text.replace(/(sha256:)?[A-Za-z0-9+/]{40,}={0,2}/g, (run, digest?: string) =>
    digest ? run : leftOut,
  );
}
