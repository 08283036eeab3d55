import { type AskedQuery, isMetricPart, mostQueryLength, type RollbackTrigger } from '@lastgood/domain';
import type { Asked, Asking } from './read-parts.ts';

/** What was sent for a trigger, as it is kept with a decision; in the order of `Asked.rows`. */
export function askedQueries(
  { trigger, parts, samples }: Asking & { trigger: Pick<RollbackTrigger, 'name'> },
  asked: Asked | undefined,
  about: AskedQuery['about'],
): AskedQuery[] {
  const names = [...parts.filter(isMetricPart).map(({ name }) => name), ...(samples ? ['samples'] : [])];
  return (asked?.rows ?? []).map(({ query, at, answerDigest }, index) => ({
    ...{ trigger: trigger.name, about, part: names[index] ?? '' },
    query: query.slice(0, mostQueryLength).toWellFormed(),
    ...{ queryLength: query.length, at, answerDigest },
  }));
}
