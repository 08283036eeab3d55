/** "a, b and c"; of more than `most` the rest is only counted: "a, b and 4 more". */
export function listedInWords(items: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const more = items.length - most;
  const shown = more > 0 ? [...items.slice(0, most), `${more} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
