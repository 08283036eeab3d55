import type { Dimension } from './dimension.ts';

/** Something that is asked in a batch: its text in each dimension, and in how large a batch it may be. */
export interface Batchable {
  cores: readonly string[];
  limit: number;
}

/**
 * Which are asked together. A series `a-b-1` belongs to both `a` and `a-b` where a regular expression goes on behind the name
 * (`a-.*`), and could be told to one of them only: two names of which one, with the plain text that follows it, begins the other
 * are never in one batch. Any two others have no text in common that both could begin.
 */
export function batchesOf<T extends Batchable>(all: readonly T[], dimensions: readonly Dimension[]): T[][] {
  const levels = dimensions.map(({ lead }, index) =>
    lead === null ? null : levelsOf(all.map(({ cores }) => (cores[index] ?? '') + lead)),
  );
  const groups = Map.groupBy(all, ({ cores, limit }) => {
    const level = levels.map((each, index) =>
      each?.get((cores[index] ?? '') + (dimensions[index]?.lead ?? '')),
    );
    return `${limit} ${level.join(' ')}`;
  });
  return [...groups.values()].flatMap((group) => inPieces(group, group[0]?.limit ?? 1));
}

/** How many of the texts begin each of them. Of those with an equal count none begins another. */
function levelsOf(texts: readonly string[]): Map<string, number> {
  const levels = new Map<string, number>();
  const open: string[] = [];
  // In code unit order what begins a text stands before it, and between them only what it begins too.
  for (const text of [...new Set(texts)].sort()) {
    while (open.length > 0 && !text.startsWith(open.at(-1) ?? '')) open.pop();
    levels.set(text, open.length);
    open.push(text);
  }
  return levels;
}

/** Pieces of nearly the same size. */
function inPieces<T>(all: readonly T[], limit: number): T[][] {
  const count = Math.ceil(all.length / Math.max(1, limit));
  const size = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size)).filter(
    ({ length }) => length > 0,
  );
}
