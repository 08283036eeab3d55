import type { Decision } from '../decision/decision.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import type { EvaluationRules } from '../trigger/advance-trigger.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Commit } from './commit.ts';

/** The right to judge one chunk of watched deployments in one aligned slot. Claimed once over all replicas. */
export interface SlotClaim {
  slot: number;
  chunk: number;
  replica: string;
}

/** A watched deployment with all its triggers and what decisions about it depend on. */
export interface Watched {
  deployment: Deployment;
  service: Service;
  triggers: { trigger: RollbackTrigger; state: TriggerState | null }[];
  /** When the service's last rollback attempt ended, or was asked for while it goes on; null if never. */
  lastAttemptAt: number | null;
  activeRunId: string | null;
  /** The newest verified or presumed good deployment before this one. */
  lastKnownGood: Deployment | null;
  /** The last stored decision, to say a thing once. */
  lastDecision: Decision | null;
  /** Deployments of the service's dependencies that breach, or did when their watch was closed in the last hour. */
  breachingDependencies: BreachingDependency[];
}

/** A trigger of a dependency that is not only logged, pending or firing. */
export interface BreachingDependency {
  service: string;
  release: number;
  trigger: string;
  startedAt: number;
  watchClosedAt: number | null;
}

export interface AskRow {
  slot: number;
  query: string;
  at: number;
  answerDigest: string | null;
  tookMs: number;
  error: string | null;
}

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
  /** The companion reading of `minSamples`; null without one. */
  samples: Reading | null;
  /** Whether the slot counted towards `verified`. */
  counts: boolean;
  /** Whether the deployment was settling. */
  settling: boolean;
}

/** What is known of the whole fleet when a decision to roll back is committed, under a lock. */
export interface FleetFacts {
  /** Automatic rollbacks queued in the last hour. */
  automaticInLastHour: number;
  /** Services for which other chunks of this slot have wanted an automatic rollback so far. */
  trippedInSlot: number;
}

export interface SlotCommit extends Commit {
  states: { deploymentId: string; trigger: string; state: TriggerState }[];
  readings: JudgedReading[];
  asks: AskRow[];
  /** Services for which an automatic rollback was wanted, before brakes. */
  tripped: string[];
  lateMs: number;
}

export interface SlotStore {
  /** How many chunks the watched deployments make. */
  chunks(): Promise<number>;
  /** Null when another replica has it or had it. Records the slots missed since the last one. */
  claim(slot: number, chunk: number, replica: string, intervalMs: number): Promise<SlotClaim | null>;
  watched(claim: SlotClaim): Promise<Watched[]>;
  /**
   * Commits a judged slot. `judge` is pure and runs inside the transaction; with `wantsRollback` it runs under the fleet
   * lock and is given the fleet's facts. Runs that lost against an active run are returned.
   */
  commit(
    claim: SlotClaim,
    wantsRollback: boolean,
    judge: (fleet: FleetFacts) => SlotCommit,
  ): Promise<{ lostRuns: string[] }>;
}
