import type { DeploymentCommit } from '../deployment/deployment-commit.ts';
import type { CheckState } from '../verification/check.ts';
import type { Run, RunMember, RunStep, StepStatus } from './run.ts';
import type { PlannedStep } from './step.ts';

/** What changed of one step. */
export interface StepPatch {
  ordinal: number;
  status: StepStatus;
  startedAt?: number | null;
  finishedAt?: number | null;
  dueAt?: number | null;
  note?: string | null;
  /** The step as it has to be from now on. */
  planned?: PlannedStep;
  /** Adds one to the attempts. */
  attempt?: boolean;
  awayMs?: number;
}

/** What changed of one member of a group. */
export type MemberPatch = Pick<RunMember, 'lane'> &
  Partial<Pick<RunMember, 'status' | 'startedAt' | 'finishedAt' | 'verdict' | 'stop'>>;

/** What a worker writes under its lease. */
export interface RunCommit extends DeploymentCommit {
  run?: Partial<Pick<Run, 'status' | 'plan' | 'startedAt' | 'finishedAt' | 'verdict' | 'stop' | 'awayMs'>>;
  /** The steps of a freshly prepared plan. */
  newSteps?: RunStep[] | undefined;
  steps?: StepPatch[];
  /** Replaces the checks of their lane. */
  checks?: CheckState[] | undefined;
  /** Of a group. Members that are active still when the run ends, end with it. */
  members?: MemberPatch[] | undefined;
  /** Gives the lease back; the run is claimed again from this instant on. */
  releaseUntil?: number;
}
