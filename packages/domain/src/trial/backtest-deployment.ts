import type { Reading } from '../trigger/reading.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';

/** What became of a deployment: taken back, or marked by a person; null where nobody can say. */
export type BacktestLabel = 'good' | 'bad' | null;

export interface Firing {
  firedAt: number;
  /** Null where it fired to the end. */
  resolvedAt: number | null;
  heldMs: number;
  reading: Reading | null;
}

/** A slot as a chart shows it. */
export interface BacktestPoint {
  slot: number;
  reading: Reading;
  phase: TriggerPhase;
  heldMs: number;
}

export interface BacktestedDeployment {
  deploymentId: string;
  label: BacktestLabel;
  firings: Firing[];
  /** How long before it was known to be bad it first fired, in milliseconds; negative: after. Null where one of both is not known. */
  leadMs: number | null;
  points: BacktestPoint[];
}
