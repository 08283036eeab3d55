import type { Deployment } from '../deployment/deployment.ts';
import type { Unresolved } from '../deployment/unresolved.ts';
import type { Service } from '../service/service.ts';
import type { CheckState } from '../verification/check.ts';
import type { Run, RunStep } from './run.ts';

/** The right to execute a run, good until `leaseMs` after it was taken or renewed, by the database's clock. */
export interface Lease {
  runId: string;
  /** Raised by every claim. A write with an older epoch is refused. */
  epoch: number;
  replica: string;
  leaseMs: number;
}

/** What surrounds a run, or one member of a group's. */
export interface ClaimedMember {
  service: Service;
  deployment: Deployment;
  target: Deployment;
  /** Whether the rollback's own deployment is written; see `recordsRollback`. */
  isRecorded: boolean;
  /** What is wrong with the release as its run ends; null where nothing is, or a newer one serves. Absent where that is not known. */
  unresolved?: Unresolved | null;
}

/** A run with all a worker needs to go on with it. */
export interface ClaimedRun extends ClaimedMember {
  lease: Lease;
  run: Run;
  steps: RunStep[];
  checks: CheckState[];
  /** Of a group, by lane; what stands beside the run itself is that of the member it was asked for. */
  members?: ClaimedMember[] | undefined;
  /** The replica that worked on it before, when it is gone and this claim took the run over. */
  takenOverFrom: string | null;
  /** How long nobody worked on it although somebody should have, by the database's clock. */
  unattendedMs: number;
}
