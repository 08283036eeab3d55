import { distance } from 'fastest-levenshtein';

const mostTold = 3;

/** So many letters are the beginning of a name. */
const leastBegun = 4;

/** Names beyond so many are not compared: that takes a few milliseconds for each ten thousand. */
const mostCompared = 20_000;

/** What somebody may have meant, the likeliest first; nothing where no name is like it. */
export function nearest(meant: string, names: readonly string[]): string[] {
  const wanted = meant.toLowerCase();
  return names
    .slice(0, mostCompared)
    .flatMap((name) => {
      const longer = Math.max(name.length, wanted.length);
      // A third of it may be wrong; by its length alone it is further off.
      const most = Math.max(1, Math.floor(longer / 3));
      const isBegun = wanted.length >= leastBegun && name.toLowerCase().startsWith(wanted);
      if (!isBegun && Math.abs(name.length - wanted.length) > most) return [];
      const apart = distance(wanted, name.toLowerCase());
      return isBegun || apart <= most ? [{ name, apart }] : [];
    })
    .sort((a, b) => a.apart - b.apart || a.name.localeCompare(b.name, 'en'))
    .slice(0, mostTold)
    .map(({ name }) => name);
}

/** "The nearest that it has: a, b, c." */
export function meantInWords(names: readonly string[], otherwise: string): string {
  return names.length === 0 ? otherwise : `The nearest that it has: ${names.join(', ')}.`;
}
