const firstMs = 500;
const longestMs = 15_000;

/**
 * Milliseconds before the next attempt. Doubles from half a second to fifteen seconds; `random` in [0, 1) spreads
 * browsers over half the wait so that they do not all come back at once after a restart of the server.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
