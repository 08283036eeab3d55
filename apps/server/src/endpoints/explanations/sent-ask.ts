import { type AskRow, type Decision, isKept } from '@lastgood/domain';

/** What was sent in a slot, by a query that is looked for by its beginning. */
export type SentAsk = AskRow & { queryLength: number };

/** The queries that were sent in the slot of a decision for its triggers. */
export function askedIn({ basis }: Decision) {
  return isKept(basis) ? basis.asked.filter(({ about }) => about === 'slot') : [];
}
