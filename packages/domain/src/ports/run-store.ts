import type { Deployment } from '../deployment/deployment.ts';
import type { Run, RunMember, RunStep, StepStatus } from '../rollback/run.ts';
import type { Service } from '../service/service.ts';
import type { CheckState } from '../verification/check.ts';
import type { Commit } from './commit.ts';

/** The right to execute a run, good until `leaseMs` after it was taken or renewed, by the database's clock. */
export interface Lease {
  runId: string;
  /** Raised by every claim. A write with an older epoch is refused. */
  epoch: number;
  replica: string;
  leaseMs: number;
}

/** What surrounds one member of a group's run. */
export interface ClaimedMember {
  service: Service;
  deployment: Deployment;
  target: Deployment;
}

/** A run with all a worker needs to go on with it. */
export interface ClaimedRun {
  lease: Lease;
  run: Run;
  steps: RunStep[];
  checks: CheckState[];
  service: Service;
  deployment: Deployment;
  target: Deployment;
  /** Of a group, by lane. */
  members?: ClaimedMember[];
  /** The replica that worked on it before, when it is gone and this claim took the run over. */
  takenOverFrom: string | null;
  /** How long nobody worked on it although somebody should have, by the database's clock. */
  unattendedMs: number;
}

export interface StepPatch {
  ordinal: number;
  status: StepStatus;
  startedAt?: number | null;
  finishedAt?: number | null;
  dueAt?: number | null;
  note?: string | null;
  /** Adds one to the attempts. */
  attempt?: boolean;
}

/** What changed of one member of a group. */
export type MemberPatch = Pick<RunMember, 'lane'> &
  Partial<Pick<RunMember, 'status' | 'startedAt' | 'finishedAt' | 'verdict' | 'stop'>>;

/** What a worker writes under its lease. */
export interface RunCommit extends Omit<Commit, 'newRuns' | 'decisions'> {
  run?: Partial<Pick<Run, 'status' | 'plan' | 'startedAt' | 'finishedAt' | 'verdict' | 'stop'>>;
  /** The steps of a freshly prepared plan. */
  newSteps?: RunStep[];
  steps?: StepPatch[];
  /** Replaces the checks of their lane. */
  checks?: CheckState[];
  /** Of a group. Members that are active still when the run ends, end with it. */
  members?: MemberPatch[];
  /** Gives the lease back; the run is claimed again from this instant on. */
  releaseUntil?: number;
}

/** Runs and steps as rows under a lease with an epoch. Rules: engine.md of the design, `docs/decisions/`. */
export interface RunStore {
  /** Takes one due run nobody holds, never one of `executing`; null when there is none. */
  claim(replica: string, leaseMs: number, executing: readonly string[]): Promise<ClaimedRun | null>;
  /** False when the lease was lost. */
  renew(lease: Lease): Promise<boolean>;
  /**
   * Writes under the fence: the run is locked where id and epoch match. False when the lease was lost; nothing is written
   * then. A holder who claimed the run before somebody asked to stop it begins no step more: that commit is refused, any
   * other is its last, and the run is there to be claimed by one who knows. When it throws, it may have been written all the
   * same: the run is put down, and whoever claims it next goes on from its rows.
   */
  commit(lease: Lease, commit: RunCommit): Promise<boolean>;
}
