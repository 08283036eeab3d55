import type { DeploymentStore, RunStore, StepOutcome } from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { ApplyDependencies } from './apply-step.ts';
import type { prepareRun } from './prepare.ts';

export interface WorkerDependencies extends ApplyDependencies {
  runs: RunStore;
  deployments: DeploymentStore;
  clock: Clock;
  replica: string;
  leaseMs: number;
  /** Runs of one cluster that are carried at the same time; default: as many as are asked for. */
  atOncePerCluster?: number | undefined;
  /** Makes a run's plan; default: from the facts, composed of the ways back. */
  prepare?: typeof prepareRun | undefined;
  /** Told of every move, for logs and figures; never decides anything. */
  onMove?: (move: WorkerMove) => void;
}

export type WorkerMove =
  | { kind: 'claimed' | 'taken-over' | 'finished' | 'lease-lost'; runId: string }
  | { kind: 'step'; runId: string; step: string; outcome: StepOutcome['kind'] };
