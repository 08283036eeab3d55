import { useSyncExternalStore } from 'react';
import { serverClock } from '../time/server-clock.ts';
import { lastTick, subscribeToTicks } from '../time/use-browser-now.ts';

const stepMs = 30_000;

const lastStep = (): number => Math.floor(lastTick() / stepMs) * stepMs;

/** The server's clock in steps of half a minute: for what need not be drawn anew every second. */
export function useMinute(): number {
  return useSyncExternalStore(subscribeToTicks, lastStep) + serverClock.offsetMs();
}
