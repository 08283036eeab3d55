import { existsSync, readFileSync } from 'node:fs';
import type { Interruption } from './interruptible-ports.ts';
import type { KillHarness } from './kill-harness.ts';
import type { ReplicaProcess } from './replica-process.ts';

export interface Interrupted {
  /** Instant of the interruption, epoch milliseconds by the replica that was interrupted; null before it. */
  at(): number | null;
}

/** Arms every replica; the first that comes to the place is interrupted, the others go on. */
export function interruptAt(
  replicas: readonly ReplicaProcess[],
  interruption: Omit<Interruption, 'token'>,
  harness: Pick<KillHarness, 'token'>,
): Interrupted {
  const token = harness.token();
  for (const replica of replicas) replica.arm({ ...interruption, token });
  return {
    at: () => (existsSync(token) ? Number(readFileSync(token, 'utf8')) || Date.now() : null),
  };
}
