import type { ServerResponse } from 'node:http';

export interface UnreadLimits {
  /** Of one caller's answers; more are not made before some of it was read. */
  bytesPerCaller: number;
  /** Of everybody's; beyond it the answer that waits longest is cut off. */
  bytes: number;
}

interface Unread {
  caller: string;
  bytes: number;
}

/**
 * Answers that were made and that their readers have not taken yet: Node keeps them in memory until the network has them. How
 * long one may take to read is bounded by `ConnectionLimits`.
 */
export function createUnreadAnswers(limits: UnreadLimits) {
  /** The oldest first. */
  const open = new Map<ServerResponse, Unread>();
  const perCaller = new Map<string, number>();
  let total = 0;

  const of = (caller: string) => perCaller.get(caller) ?? 0;
  const count = (caller: string, bytes: number) => {
    total += bytes;
    const now = of(caller) + bytes;
    if (now > 0) perCaller.set(caller, now);
    else perCaller.delete(caller);
  };
  const forget = (response: ServerResponse) => {
    const found = open.get(response);
    if (found && open.delete(response)) count(found.caller, -found.bytes);
  };

  return {
    /** Whether the caller should read before it asks for more. */
    isFull: (caller: string) => of(caller) >= limits.bytesPerCaller,
    /** An answer of so many bytes is about to be written. */
    add(caller: string, bytes: number, response: ServerResponse): void {
      if (response.closed || open.has(response)) return;
      open.set(response, { caller, bytes });
      count(caller, bytes);
      response.once('close', () => forget(response));
      for (const [oldest] of open) {
        if (total <= limits.bytes || oldest === response) break;
        forget(oldest);
        oldest.destroy();
      }
    },
    bytes: () => total,
  };
}
