import type { IncomingHttpHeaders } from 'node:http';
import { unsoundText } from '../problems/unsound-value.ts';

/** What a browser without a token says its person is called: percent-encoded UTF-8, as headers hold only ASCII. */
const nameHeader = 'lastgood-name';

const longest = 60;

/**
 * The name that acts are signed with, marked as what it is; null without one. One that cannot be read is left out and not refused:
 * what is asked for may be a rollback, and that never waits for a name.
 */
export function claimedName(headers: IncomingHttpHeaders): string | null {
  const given = headers[nameHeader];
  const name =
    typeof given === 'string'
      ? decoded(given)
          ?.replace(/[\s\p{C}]+/gu, ' ')
          .trim()
      : undefined;
  if (!name || name.length > longest || unsoundText(name) !== null) return null;
  return `${name} (name not proven)`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
