import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let tickedAt = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

export function subscribeToTicks(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickedAt = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function lastTick(): number {
  // A page that slept has an old tick; a first render must not show it.
  if (Date.now() - tickedAt > 1000) tickedAt = Date.now();
  return tickedAt;
}

/** This browser's clock, once a second; goes on when the line is lost. */
export function useBrowserNow(): number {
  return useSyncExternalStore(subscribeToTicks, lastTick);
}
