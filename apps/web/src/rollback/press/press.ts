import type { ReleaseRef, Run } from '@lastgood/api-client';

export type NamedRelease = Pick<ReleaseRef, 'deploymentId' | 'release' | 'version'>;

/** What a press asks for, with all that must be at hand while nothing answers. */
export interface Asked {
  deploymentId: string;
  serviceName: string;
  from: NamedRelease;
  target: NamedRelease;
  /** Whoever depends on it goes back too; absent: the service alone. */
  group?: 'with-dependents';
  /** What is named as lost, as the API takes it; absent: nothing. */
  accepting?: string[];
  /** The same in words; absent: nothing. */
  loses?: string;
  /** What was seen and not registered and is to go back as well, as the API takes it; absent: nothing. */
  including?: string[];
  /** What of the objects that the release created is to go, as the API takes it; absent: nothing. */
  removing?: string[];
  /** The commands that do the same without Lastgood, as the plan named them; empty when no plan was known. */
  byHand: readonly string[];
}

/**
 * Where a press is on its way. `kept`: nothing answered, it is sent again until `until` (epoch ms, browser's clock);
 * `lapsed`: nothing answered in that time; `withdrawn`: taken back before it was known to have arrived.
 */
export type Phase =
  | { kind: 'sending' }
  | { kind: 'kept'; why: string; until: number }
  | { kind: 'lapsed'; why: string }
  | { kind: 'refused'; error: Error }
  | { kind: 'withdrawn'; settled: boolean }
  | { kind: 'arrived'; run: Run };

export interface Press {
  /** Its Idempotency-Key: however often it is sent, it is done once. */
  key: string;
  asked: Asked;
  /** Epoch ms, on the browser's clock. */
  pressedAt: number;
  phase: Phase;
}

/** Whether a press of this deployment is between the finger and the server. */
export function isOnItsWay({ phase }: Press): boolean {
  return phase.kind === 'sending' || phase.kind === 'kept';
}
