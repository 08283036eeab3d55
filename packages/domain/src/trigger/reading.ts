/**
 * What an answer from a metric source means. Unknown is a value: four different ways of not having a number stay
 * four different readings, and none of them is 0.
 */
export type Reading =
  /** One series, one number; `+Inf` and `-Inf` are numbers and compare. */
  | { kind: 'value'; value: number }
  /**
   * The query answered an empty vector. `over`: the trigger can tell nothing any more, as a comparison whose old version is gone; unlike
   * a silence that may pass, that ends what it said before (`advanceTrigger`).
   */
  | { kind: 'no-data'; over?: true }
  /** The query answered NaN (0/0: no traffic). */
  | { kind: 'not-a-number' }
  /** The source could not be asked, or its answer could not be read. */
  | { kind: 'unreachable'; reason: string }
  /** More than one series where one was expected. */
  | { kind: 'ambiguous'; count: number };

/** Nobody answered, or too much did: an outage. That there is plainly no number, as without traffic, is none. */
export function isUnusable({ kind }: Reading): boolean {
  return kind === 'unreachable' || kind === 'ambiguous';
}
