import type { Rule } from './rule.ts';

/** A run has one holder: taken when its lease is over, and written under the epoch that is true. */
export function leases(): Rule {
  return {
    onFact(fact) {
      const { runId, epoch } = fact;
      if (fact.kind === 'written') {
        if (epoch === fact.current) return [];
        return [`a row of ${runId} was written under epoch ${epoch}, it is ${fact.current}`];
      }
      return [
        ...(fact.early ? [`${fact.replica} took the lease of ${runId} before its time`] : []),
        ...(fact.twice ? [`${fact.replica} was given ${runId} while executing it`] : []),
      ];
    },
  };
}
