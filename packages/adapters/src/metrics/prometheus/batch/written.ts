import type { FillableLiteral } from '../read-template.ts';
import type { Dimension } from './dimension.ts';
import type { FilledMatcher } from './filled-matcher.ts';

/** A piece of a batched query. */
export type Part =
  | string
  /** The same text for all of a batch. */
  | { kind: 'fixed'; literal: FillableLiteral }
  /** The operator and value of a matcher that keeps all names of a batch. */
  | { kind: 'any-of'; dimension: Dimension; matcher: FilledMatcher }
  /** The regular expression by which `label_replace` tells the names apart. */
  | { kind: 'capture'; dimension: Dimension; matcher: FilledMatcher };

/**
 * An expression as it stands in a batched query.
 *
 * What holds of each keyed one, and is kept by every rule: its series are those of the single queries together, each with the labels
 * of the dimensions added (in `lost`, or labels of ours) or already there; so the series with one name's labels are exactly what
 * the query for that name alone would answer.
 */
export type Written = { kind: 'scalar' | 'text' | 'plain'; parts: readonly Part[] } | Keyed;

export interface Keyed {
  kind: 'keyed';
  parts: readonly Part[];
  /** Whose names are still to be told apart by labels that are added, once an instant vector stands here. */
  unlabelled: readonly { dimension: Dimension; matcher: FilledMatcher }[];
  /** The series' own labels of dimensions that the single query no longer has here. */
  lost: ReadonlySet<string>;
  /** Labels that the single query's series can have here and no others; null when nobody knows. */
  labels: ReadonlySet<string> | null;
}

/** What is not batched, and why. Thrown within this folder only, caught where a template is rewritten. */
export class NotBatched extends Error {}

export function refuse(why: string): never {
  throw new NotBatched(why);
}
