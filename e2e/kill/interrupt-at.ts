import { existsSync, readFileSync } from 'node:fs';
import type { Strike } from './interruptible-ports.ts';
import type { ReplicaProcess } from './replica-process.ts';
import type { Theatre } from './kill-harness.ts';

export interface Struck {
  /** Instant of the strike, epoch milliseconds by the replica that was struck; null before it. */
  at(): number | null;
}

/** Arms every replica; the first that comes to the place is struck, the others go on. */
export function strikeAt(
  replicas: readonly ReplicaProcess[],
  strike: Omit<Strike, 'token'>,
  theatre: Pick<Theatre, 'token'>,
): Struck {
  const token = theatre.token();
  for (const replica of replicas) replica.arm({ ...strike, token });
  return {
    at: () => (existsSync(token) ? Number(readFileSync(token, 'utf8')) || Date.now() : null),
  };
}
