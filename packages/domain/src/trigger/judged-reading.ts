import type { EvaluationRules } from './advance-trigger.ts';
import type { TriggerPart } from './part.ts';
import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

export interface ReadingRow {
  deploymentId: string;
  trigger: string;
  slot: number;
  reading: Reading;
  threshold: number;
  phase: TriggerState['phase'];
  heldMs: number;
  /** How long after the slot it was judged. */
  lateMs: number;
}

/** A trigger as it was declared when it was judged, with the rules it was judged by. */
export interface TriggerDefinition {
  trigger: RollbackTrigger;
  rules: EvaluationRules;
}

/** A reading with everything else the trigger machine was given, so that it can be judged again; see `replay`. */
export interface JudgedReading extends ReadingRow {
  definition: TriggerDefinition;
  /** What the reading is made of; absent where it says all, and of what was packed: then the reading is as it was judged. */
  parts?: TriggerPart[];
  /** The companion reading of `minSamples`; null without one. */
  samples: Reading | null;
  /** Whether the slot counted towards `verified`. */
  counts: boolean;
  /** Whether the deployment was settling. */
  settling: boolean;
}
