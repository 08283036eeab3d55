import type { NewEvent } from '../audit/events.ts';
import type { DeploymentCommit } from '../deployment/deployment-commit.ts';
import type { Notification } from '../notification/notification.ts';
import type { Run } from '../rollback/run.ts';
import type { JudgedReading } from '../trigger/judged-reading.ts';
import type { AskRow } from '../trigger/question.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Decision } from './decision.ts';

/** What one beat changes, decisions and the runs they ask for included. */
export interface Commit extends DeploymentCommit {
  decisions?: Decision[];
  /** Inserted unless the service has an active run already; one that loses takes its events and notifications with it. */
  newRuns?: Run[];
}

/** The right to judge one chunk of watched deployments in one aligned slot. Claimed once over all replicas. */
export interface SlotClaim {
  slot: number;
  chunk: number;
  replica: string;
  /** What of the chunk nobody had judged when this slot was claimed; absent where that is nothing. */
  missed?: MissedSlots;
  /** The slot claimed last, where that lies in the future: the database's clock has gone back since, and it counts no more. */
  claimedAhead?: number;
}

/** The slots of a chunk between the one that was claimed last and a new claim, and that one itself. */
export interface MissedSlots {
  /** So many were claimed by nobody, though the chunk had something to judge. */
  unclaimed: number;
  /** Who had claimed the last one and has not judged it: gone, frozen or slow. Null where it was judged or given up. */
  unfinishedBy: string | null;
}

/** What a judged slot changes. */
export interface SlotCommit extends Commit {
  states: JudgedState[];
  readings: JudgedReading[];
  asks: AskRow[];
  /** Services for which an automatic rollback was wanted, before brakes. */
  tripped: string[];
  /** What this slot ended of them, each with its event; what was taken back or said anew meanwhile is not touched. */
  endedAcknowledgements?: EndedAcknowledgement[];
  lateMs: number;
}

/** How a slot leaves a trigger. */
export interface JudgedState {
  deploymentId: string;
  trigger: string;
  state: TriggerState;
  /** Whether its deployment stands (`isStanding`): at rest its state may be written less often. */
  standing?: boolean;
}

export interface EndedAcknowledgement {
  deploymentId: string;
  /** Of the acknowledgement. */
  at: number;
  /** None of one that was taken back: that was written as it was. */
  event: NewEvent | null;
  /** What is told of it. */
  notifications?: Notification[];
}
