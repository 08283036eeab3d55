import type { Rewritten } from './rewrite.ts';

/** A series of an answer: its labels, and whatever else stands beside them. */
export interface Labelled {
  metric: Record<string, string>;
}

/**
 * The series of each name in the answer to its batch, in the order of `names`, without the labels that were added; a name is its text in
 * each dimension. Where names have two parts, such as a namespace and a workload, all pairs are asked for: those that are nobody's are
 * left out. Null where there are series that nobody asked for: then the query that was answered is not the one that was asked.
 */
export function ownRows<R extends Labelled>(
  { dimensions, added }: Pick<Rewritten, 'dimensions' | 'added'>,
  names: readonly (readonly string[])[],
  rows: readonly R[],
): R[][] | null {
  const labels = dimensions.map(({ label }) => label);
  const asked = labels.map((_, index) => new Set(names.map((name) => name[index] ?? '')));
  const isOfAsked = ({ metric }: R) =>
    labels.every((label, index) => asked[index]?.has(metric[label] ?? '') === true);
  if (!rows.every(isOfAsked)) return null;
  const byName = Map.groupBy(rows, ({ metric }) => keyOf(labels.map((label) => metric[label] ?? '')));
  return names.map((name) =>
    (byName.get(keyOf(name)) ?? []).map((row) =>
      added.size === 0 ? row : { ...row, metric: without(row.metric, added) },
    ),
  );
}

/** What a list of series is, if it is one. */
export function rowsIn(result: unknown): Labelled[] | null {
  // A Go server writes an empty list that it never made as null.
  if (result === null) return [];
  return Array.isArray(result) && result.every(isRow) ? result : null;
}

function isRow(row: unknown): row is Labelled {
  if (typeof row !== 'object' || row === null || !('metric' in row)) return false;
  const { metric } = row;
  return (
    typeof metric === 'object' &&
    metric !== null &&
    Object.values(metric).every((text) => typeof text === 'string')
  );
}

/** Of one answer all names have as many parts. */
function keyOf(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts);
}

function without(metric: Labelled['metric'], labels: ReadonlySet<string>): Labelled['metric'] {
  return Object.fromEntries(Object.entries(metric).filter(([name]) => !labels.has(name)));
}
