import { distance } from 'fastest-levenshtein';

const mostTold = 3;

/** Names beyond so many are not compared: that takes a few milliseconds for each ten thousand. */
export const mostCompared = 20_000;

/** What somebody may have meant, the likeliest first; nothing where no name is like it. */
export function nearest(meant: string, names: readonly string[]): string[] {
  const wanted = meant.toLowerCase();
  return names
    .slice(0, mostCompared)
    .flatMap((name) => {
      const longer = Math.max(name.length, wanted.length);
      // A third of it may be wrong; by its length alone it is further off.
      const most = Math.max(1, Math.floor(longer / 3));
      if (Math.abs(name.length - wanted.length) > most) return [];
      const apart = distance(wanted, name.toLowerCase());
      return apart <= most ? [{ name, apart }] : [];
    })
    .sort((a, b) => a.apart - b.apart || a.name.localeCompare(b.name, 'en'))
    .slice(0, mostTold)
    .map(({ name }) => name);
}

/** "Did it mean a, b or c?" */
export function meantInWords(names: readonly string[], otherwise: string): string {
  return names.length === 0 ? otherwise : `The nearest that it has: ${names.join(', ')}.`;
}
