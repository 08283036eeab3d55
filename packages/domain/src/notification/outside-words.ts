import { answered } from '../trigger/format.ts';

/** What a program or a server has written, within a sentence of ours: `forOutside` keeps it in the house. */
export function quoted(words: string): string {
  return `«${words.replace(/[«»]/g, '"')}»`;
}

/**
 * A sentence as it may leave the house: what a source answered may hold its query and its labels, what a program wrote may hold rows of
 * a database. Those who are in the house read it whole, on the page that every message leads to.
 *
 * @param answers what sources answered, where that is known. Of one that is not, nobody can tell where it ends: all that follows is left out
 */
export function forOutside(text: string, answers: readonly string[] = []): string {
  const longestFirst = answers.filter((one) => one !== '').sort((a, b) => b.length - a.length);
  const known = longestFirst.reduce(
    (left, answer) => left.replaceAll(answered(answer), 'could not be asked (its page says why)'),
    text,
  );
  const unknown = known.indexOf(answered(''));
  const cut =
    unknown < 0 ? known : `${known.slice(0, unknown)}could not be asked. The rest stands on its page.`;
  return cut.replace(/«[^»]*(»|$)/g, 'what was said stands on its page');
}
