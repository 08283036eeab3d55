import { isAlive } from './owner.ts';

const stopWithinMs = 8_000;

/** Ends it in order, and at once where it has not ended within eight seconds. */
export async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; waited < stopWithinMs; waited += 50) {
    if (!isAlive(pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signal(pid, 'SIGKILL');
}

/** False when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
