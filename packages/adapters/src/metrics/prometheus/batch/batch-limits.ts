/** In how large a batch each query may be asked. What was never refused has no entry. */
export interface BatchLimits {
  of(query: string): number;
  /** Whether it has been refused or was too slow, and has not been answered often enough since. */
  isLimited(query: string): boolean;
  /** They were answered together, or alone: each may be in a batch twice as large. */
  passed(queries: readonly string[]): void;
  /** It was refused by itself. */
  refusedAlone(query: string): void;
  /** They were refused together and nobody alone: it is their number. It is tried again later. */
  refusedAsMany(queries: readonly string[]): void;
  /**
   * The source took too long for them, or could not. Half as many are asked together next time: down to one where it answers
   * others meanwhile, for then it is theirs; where it answers nobody not below 25, for then it wants fewer queries, not more.
   */
  overwhelmed(queries: readonly string[], others: 'answered' | 'nobody'): void;
}

interface Limit {
  limit: number;
  /** So many answers it stays. */
  stays: number;
}

const fewestForNobody = 25;
/** Five minutes of slots: a query too many in twenty costs little. */
const asManyStays = 20;
/** Older entries are forgotten: the worst that follows is a batch asked in halves. */
const mostKept = 20_000;

export function createBatchLimits(most: number): BatchLimits {
  const limits = new Map<string, Limit>();
  const keep = (query: string, entry: Limit) => {
    limits.delete(query);
    if (entry.limit < most) limits.set(query, entry);
    for (const oldest of limits.keys()) {
      if (limits.size <= mostKept) break;
      limits.delete(oldest);
    }
  };
  return {
    isLimited: (query) => limits.has(query),
    of: (query) => limits.get(query)?.limit ?? most,
    passed(queries) {
      for (const query of queries) {
        const entry = limits.get(query);
        if (!entry) continue;
        if (entry.stays > 0) entry.stays -= 1;
        else keep(query, { limit: entry.limit * 2, stays: 0 });
      }
    },
    refusedAlone: (query) => keep(query, { limit: 1, stays: 0 }),
    refusedAsMany(queries) {
      const limit = Math.max(1, Math.floor(queries.length / 2));
      // A part of them may have been refused as many too, and have the smaller limit.
      for (const query of queries)
        if ((limits.get(query)?.limit ?? most) > limit) keep(query, { limit, stays: asManyStays });
    },
    overwhelmed(queries, others) {
      const fewest = others === 'answered' ? 1 : Math.min(fewestForNobody, queries.length);
      const limit = Math.max(fewest, Math.floor(queries.length / 2));
      for (const query of queries) keep(query, { limit, stays: 0 });
    },
  };
}
