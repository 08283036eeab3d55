import type { ServiceKey } from '../service/service.ts';
import type { Reading } from '../trigger/reading.ts';
import type { Comparison, RollbackTrigger, Severity } from '../trigger/trigger.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';
import type { DecisionBasis } from './basis.ts';
import type { GroupEvidence } from './group-evidence.ts';
import type { GuardRecord } from './guard.ts';

/** What follows from all triggers of a deployment together; the worst wins. */
export const decisionVerdicts = ['none', 'record', 'wait', 'suggest', 'roll_back'] as const;

/** `wait`: a rollback is wanted, and what could speak against it cannot be read; see `guards`. */
export type DecisionVerdict = (typeof decisionVerdicts)[number];

/** One trigger as it stood when a decision was made. */
export interface TriggerEvidence {
  trigger: string;
  severity: Severity;
  phase: TriggerPhase;
  reading: Reading | null;
  threshold: number;
  comparison: Comparison;
  unit: string;
  heldMs: number;
  forMs: number;
  /** The reading with what it is held against, where value and threshold do not say it (`readingInOwnWords`). */
  words?: string;
  /** The trigger itself, where a rollback must ask it again; see `isAskedAgain`. */
  definition?: RollbackTrigger;
}

export interface Decision {
  id: string;
  deploymentId: string;
  service: ServiceKey;
  slot: number;
  verdict: DecisionVerdict;
  /** What the worst trigger asked for before anything held it back. */
  wanted: DecisionVerdict;
  /** The trigger that decided; null for `none`. */
  trigger: string | null;
  /** The sentence a person reads: value, threshold, how long it lasts, what was needed, and what follows. */
  sentence: string;
  /** What of it its breach and the versions do not say, for where those stand beside it. Absent in what was stored. */
  beside?: string;
  /** Why a wanted rollback became less: cooldown, a rollback of a rollback, a veto, evidence that is missing, brakes. */
  restraints: string[];
  evidence: TriggerEvidence[];
  /** What was known for and against each trigger that would have acted by itself, in this firing so far. */
  guards: GuardRecord[];
  /** Who would have to go back with it, and whether they may; null or absent where nobody has to, or nobody looked. */
  group?: GroupEvidence | null;
  /** What it was judged from beside the readings; null or absent in what was stored without, and where nobody needs it. */
  basis?: DecisionBasis | null;
}
