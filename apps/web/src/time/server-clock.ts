/**
 * The browser's clock may be minutes off, so countdowns use the server's. Every answer and heartbeat carries the
 * server's time; it is at least as old as its way here, so the largest offset seen lately is the nearest to the truth.
 */
export interface ServerClock {
  /** Milliseconds to add to the browser's clock. */
  offsetMs(): number;
  setFrom(serverAt: number, receivedAt: number): void;
}

const remembered = 20;

export function createServerClock(): ServerClock {
  const offsets: number[] = [];
  return {
    offsetMs: () => (offsets.length === 0 ? 0 : Math.max(...offsets)),
    setFrom(serverAt, receivedAt) {
      if (!Number.isFinite(serverAt)) return;
      offsets.push(serverAt - receivedAt);
      if (offsets.length > remembered) offsets.shift();
    },
  };
}

export const serverClock = createServerClock();
