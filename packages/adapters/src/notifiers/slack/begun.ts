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
  forget(channel: string, key: string): void;
}

/** Messages whose first half is remembered. */
const mostBegun = 1_000;

export function createBegun(): Begun {
  const heads = new Map<string, Head>();
  const nameOf = (channel: string, key: string) => JSON.stringify([channel, key]);
  return {
    headOf: (channel, key) => heads.get(nameOf(channel, key)) ?? null,
    remember(channel, key, head) {
      heads.set(nameOf(channel, key), head);
      const [oldest] = heads.keys();
      if (heads.size > mostBegun && oldest !== undefined) heads.delete(oldest);
    },
    forget: (channel, key) => void heads.delete(nameOf(channel, key)),
  };
}
