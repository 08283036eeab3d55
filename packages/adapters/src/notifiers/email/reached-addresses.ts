const mostMails = 1_000;

/** A mail for certain addresses. */
export interface MailFor {
  messageId: string;
  to: readonly string[];
}

/**
 * Who has a mail already that not everybody it is for could be given: a server may take one address and refuse, or put off, the
 * next. Kept in memory: after a restart somebody may get it again, under the same Message-ID.
 */
export interface ReachedAddresses {
  /** Of those it is for, who does not have it. */
  remaining(mail: MailFor): string[];
  /** Since when somebody has it, epoch milliseconds; null where nobody does. */
  since(mail: MailFor): number | null;
  add(mail: MailFor, reached: readonly string[], now: number): void;
  forget(mail: MailFor): void;
}

export function createReachedAddresses(): ReachedAddresses {
  const reachedOf = new Map<string, { addresses: Set<string>; since: number }>();
  const keyOf = ({ messageId, to }: MailFor) => `${messageId} ${to.join()}`;
  return {
    remaining: (mail) => mail.to.filter((address) => !reachedOf.get(keyOf(mail))?.addresses.has(address)),
    since: (mail) => reachedOf.get(keyOf(mail))?.since ?? null,
    add(mail, reached, now) {
      const key = keyOf(mail);
      const { addresses, since } = reachedOf.get(key) ?? { addresses: [], since: now };
      reachedOf.delete(key);
      reachedOf.set(key, { addresses: new Set([...addresses, ...reached]), since });
      const [oldest] = reachedOf.keys();
      if (reachedOf.size > mostMails && oldest !== undefined) reachedOf.delete(oldest);
    },
    forget: (mail) => void reachedOf.delete(keyOf(mail)),
  };
}
