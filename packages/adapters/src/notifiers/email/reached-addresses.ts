const mostMails = 1_000;

/**
 * Who has a mail already that not everybody it is for could be given: a server may take one address and refuse, or put off, the
 * next. Kept in memory: after a restart somebody may get it again, under the same Message-ID.
 */
export interface ReachedAddresses {
  /** Of these, who does not have it. */
  remaining(messageId: string, to: readonly string[]): string[];
  add(messageId: string, reached: readonly string[]): void;
  forget(messageId: string): void;
}

export function createReachedAddresses(): ReachedAddresses {
  const reachedOf = new Map<string, Set<string>>();
  return {
    remaining: (messageId, to) => to.filter((address) => !reachedOf.get(messageId)?.has(address)),
    add(messageId, reached) {
      const all = new Set([...(reachedOf.get(messageId) ?? []), ...reached]);
      reachedOf.delete(messageId);
      reachedOf.set(messageId, all);
      const [oldest] = reachedOf.keys();
      if (reachedOf.size > mostMails && oldest !== undefined) reachedOf.delete(oldest);
    },
    forget: (messageId) => void reachedOf.delete(messageId),
  };
}
