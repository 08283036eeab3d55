import { formatValue } from '../../trigger/format.ts';
import type { Question } from '../../trigger/question.ts';
import type { Reading } from '../../trigger/reading.ts';
import type { WorkloadTarget } from '../../workload/workload.ts';

/** One of two versions of a service that run side by side, each behind a destination or a slot of its own. */
export interface Copy {
  /** As whatever leads the traffic names it. */
  name: string;
  /** What the placeholders of a query stand for where it asks about this copy alone. */
  variables: Question['variables'];
  /** What runs it; null where nothing is declared. */
  workload: WorkloadTarget | null;
}

/** What is asked of each copy by itself, and how much of it is well still. */
export interface CopyMeasure {
  query: string;
  atMost: number;
  /** For people: `ratio`, `s`. */
  unit: string;
}

/** What came back for a copy; of a source that was not asked, *unreachable*. */
export interface CopyReading {
  reading: Reading;
  /** How far before now the oldest sample may lie that it is made of, in milliseconds. */
  looksBackMs: number;
}

/** What is known of a copy. */
export interface CopySeen {
  /** Pods that are ready; null where nobody could tell. */
  ready: number | null;
  /** Null where nothing asks for it. */
  errors: Reading | null;
}

/**
 * Why the copy that the traffic should go back to is sicker than the other one; null where it is not, or where that is not
 * known: what was not seen speaks against nobody.
 */
export function sickerThan(
  [to, seen]: readonly [string, CopySeen],
  [other, others]: readonly [string, CopySeen],
  errors: CopyMeasure | null,
): string | null {
  if (seen.ready === 0 && (others.ready ?? 0) > 0)
    return `${to} has no ready endpoint, and ${other} has ${others.ready}`;
  if (!errors || seen.errors?.kind !== 'value' || others.errors?.kind !== 'value') return null;
  const [own, its] = [seen.errors.value, others.errors.value];
  if (own <= errors.atMost || own <= its) return null;
  const { unit } = errors;
  return `errors of ${to} are ${formatValue(own, unit)} and those of ${other} ${formatValue(its, unit)}`;
}

/** Where the traffic stays, whatever the plan wanted, and what may be done about it. */
export function healthiestAdvice(to: string, other: string): string {
  return `${other} is the healthier copy and serves. Bring ${to} back to health and roll back again; or roll back to a release further back; or bring out a version that you trust.`;
}
