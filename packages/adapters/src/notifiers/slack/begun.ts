/** Where an incident stands in Slack. */
export interface Head {
  channel: string;
  ts: string;
  /** Of the notification that it was posted for. */
  key: string;
}

/** What was begun here and is not delivered yet, by channel and notification: one is told to several channels under one key. */
export interface Begun {
  /** The message that was posted for it in that channel; null where none was, or it is not remembered. */
  headOf(channel: string, key: string): Head | null;
  remember(channel: string, key: string, head: Head): void;
  /** How often it could not be looked up what an earlier try posted, this time included. */
  failedLooks(channel: string, key: string): number;
  forget(channel: string, key: string): void;
}

/** Messages whose first half is remembered. */
const mostBegun = 1_000;

export function createBegun(): Begun {
  const all = new Map<string, { head: Head | null; failedLooks: number }>();
  const nameOf = (channel: string, key: string) => JSON.stringify([channel, key]);

  function change(channel: string, key: string, over: Partial<{ head: Head; failedLooks: number }>): void {
    const name = nameOf(channel, key);
    all.set(name, { ...(all.get(name) ?? { head: null, failedLooks: 0 }), ...over });
    const [oldest] = all.keys();
    if (all.size > mostBegun && oldest !== undefined) all.delete(oldest);
  }

  return {
    headOf: (channel, key) => all.get(nameOf(channel, key))?.head ?? null,
    remember: (channel, key, head) => change(channel, key, { head }),
    failedLooks(channel, key) {
      const failedLooks = (all.get(nameOf(channel, key))?.failedLooks ?? 0) + 1;
      change(channel, key, { failedLooks });
      return failedLooks;
    },
    forget: (channel, key) => void all.delete(nameOf(channel, key)),
  };
}
