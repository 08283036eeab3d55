import { keyOf, type Labels } from '../labels.ts';
import { queryError } from './query-error.ts';

/** One element of an instant vector. */
export interface Element {
  labels: Labels;
  value: number;
}

export type Vector = Element[];

/** @throws QueryError `execution` when two elements have become indistinguishable */
export function distinct(vector: Vector): Vector {
  const seen = new Set<string>();
  for (const element of vector) {
    const key = keyOf(element.labels);
    if (seen.has(key)) throw queryError('execution', 'vector cannot contain metrics with the same labelset');
    seen.add(key);
  }
  return vector;
}
