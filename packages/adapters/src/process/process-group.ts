import { setTimeout as sleep } from 'node:timers/promises';

/** Reaches a process that was started detached, and all that it has started. Whether there was anybody left to reach. */
export function killGroup(pid: number, how: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, how);
  } catch {
    return false;
  }
}

/** @param longestMs how long is waited for it, in milliseconds */
export async function untilGroupIsGone(pid: number, longestMs: number): Promise<void> {
  const until = Date.now() + longestMs;
  while (Date.now() < until && killGroup(pid, 0)) await sleep(50);
}
