/** Larger than anything that a person or a pipeline declares. */
export const largestBody = { bytes: 262_144, inWords: '256 KiB', levels: 32, values: 5_000 } as const;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openMap, closeMap] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why a JSON text is too deep or has too many values, found in one pass before anything reads it: how long it takes to parse, to
 * validate and to tell what is wrong grows with both. Null where it is not. Whether it is JSON at all is not judged.
 */
export function shapeProblem(text: string): string | null {
  let [level, values] = [0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at);
    else if (character === openList || character === openMap) {
      level += 1;
      values += 1;
    } else if (character === closeList || character === closeMap) level -= 1;
    else if (character === comma) values += 1;
    if (level > largestBody.levels) return `must not nest deeper than ${largestBody.levels} levels`;
    if (values > largestBody.values) return `must not hold more than ${largestBody.values} values`;
  }
  return null;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === backslash) at += 1;
    else if (character === quote) return at;
  }
  return text.length;
}
