import type { Loss } from '@lastgood/api-client';

type Named = Pick<Loss, 'kind' | 'of' | 'rows'>;

/** "3,412 rows of coupons", short enough for a button. */
function lossWords({ kind, of, rows }: Named): string {
  if (kind === 'resource') return `the data of ${of}`;
  if (rows === null) return `rows of ${of} (how many is not known)`;
  return `${rows.toLocaleString('en-GB')} ${rows === 1 ? 'row' : 'rows'} of ${of}`;
}

/** What a press gives up, in a few words: two by name, the rest by number. Empty where nothing is lost. */
export function lossesInWords(losses: readonly Named[]): string {
  const shown = losses.slice(0, 2).map(lossWords);
  const more = losses.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.join(' and ');
}
