import { stripVTControlCharacters } from 'node:util';
import { truncate } from '@lastgood/domain/truncate';
import { isHidden } from '@lastgood/domain/workload/difference/hidden-value';

/** Longest sentence of a program that is passed on, in characters. */
const longest = 400;
const hidden = '•••';

/**
 * What a program says, in one bounded line and without secrets: neither values that are known to be secret nor words that look
 * like one. A secret too short to be told from ordinary words hides the whole sentence.
 */
export function scrub(text: string, secrets: Iterable<string>): string {
  let kept = plain(text);
  for (const secret of [...secrets].map(plain).sort((one, other) => other.length - one.length)) {
    if (secret === '' || !kept.includes(secret)) continue;
    if (secret.length < 4) return '(left out: it names a secret value)';
    kept = kept.replaceAll(secret, hidden);
  }
  const words = kept.split(' ').map((word) => (isHidden('', word) ? hidden : word));
  return truncate(words.join(' '), longest);
}

/** Without colours, frames and line breaks. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\s│╷╵]+/g, ' ')
    .trim();
}
