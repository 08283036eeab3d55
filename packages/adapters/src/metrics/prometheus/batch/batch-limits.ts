/** In how large a batch each query may be asked. What was never refused has no entry. */
export interface BatchLimits {
  of(query: string): number;
  /** They were answered together, or alone: each may be in a batch twice as large. */
  passed(queries: readonly string[]): void;
  /** It was refused by itself. */
  refusedAlone(query: string): void;
  /**
   * The source took too long for them, or could not. Half as many are asked together next time: down to one where it answers
   * others meanwhile, for then it is theirs; where it answers nobody not below 25, for then it wants fewer queries, not more.
   */
  overwhelmed(queries: readonly string[], others: 'answered' | 'nobody'): void;
}

const fewestForNobody = 25;
/** Older entries are forgotten: the worst that follows is a batch asked in halves. */
const mostKept = 20_000;

export function createBatchLimits(most: number): BatchLimits {
  const limits = new Map<string, number>();
  const keep = (query: string, limit: number) => {
    limits.delete(query);
    if (limit < most) limits.set(query, limit);
    for (const oldest of limits.keys()) {
      if (limits.size <= mostKept) break;
      limits.delete(oldest);
    }
  };
  return {
    of: (query) => limits.get(query) ?? most,
    passed(queries) {
      for (const query of queries) {
        const limit = limits.get(query);
        if (limit !== undefined) keep(query, limit * 2);
      }
    },
    refusedAlone: (query) => keep(query, 1),
    overwhelmed(queries, others) {
      const fewest = others === 'answered' ? 1 : Math.min(fewestForNobody, queries.length);
      const limit = Math.max(fewest, Math.floor(queries.length / 2));
      for (const query of queries) keep(query, limit);
    },
  };
}
