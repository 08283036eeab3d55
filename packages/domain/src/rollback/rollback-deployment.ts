import {
  type Deployment,
  type DeploymentPatch,
  type NewDeployment,
  type WorkloadChange,
  workloadChanges,
} from '../deployment/deployment.ts';
import { laneId } from './lanes.ts';
import type { Run, RunStep } from './run.ts';

/** The deployment row of a run has a stable id, so that a run that is taken over or resumed does not make a second one. */
export function rollbackDeploymentId(run: Pick<Run, 'id' | 'lane'>): string {
  return `${laneId(run)}-rollback`;
}

/** A finished or running rollback is itself a deployment: its row appears with its first change of the world. */
export function rollbackDeployment(
  run: Run,
  deployment: Deployment,
  target: Deployment,
  steps: readonly RunStep[],
  now: number,
): NewDeployment {
  return {
    id: rollbackDeploymentId(run),
    service: run.service,
    origin: 'rollback',
    idempotencyKey: null,
    strategy: deployment.strategy,
    status: 'in_progress',
    proof: 'pending',
    version: target.version,
    commit: target.commit,
    author: null,
    pipelineUrl: null,
    previousDeploymentId: deployment.id,
    changes: rollbackChanges(steps, deployment, now),
    startedAt: now,
    completedAt: null,
    watchEndsAt: null,
    watchClosedAt: null,
    supersededBy: null,
    rolledBackAt: null,
    rollbackReason: null,
  };
}

/** The window after a rollback is watched like that of any deployment. */
export function completedRollback(
  run: Run,
  deployment: Deployment,
  steps: readonly RunStep[],
  watchWindowMs: number,
  now: number,
): DeploymentPatch {
  return {
    id: rollbackDeploymentId(run),
    status: 'completed',
    changes: rollbackChanges(steps, deployment, now),
    completedAt: now,
    watchEndsAt: now + watchWindowMs,
  };
}

/** A rollback that stopped changed only what it had set: a workload it never reached still runs what it ran. */
export function stoppedRollback(
  run: Run,
  deployment: Deployment,
  steps: readonly RunStep[],
  now: number,
): DeploymentPatch {
  const set = steps.filter((step) => step.status === 'applied');
  return {
    id: rollbackDeploymentId(run),
    status: 'failed',
    changes: rollbackChanges(set, deployment, now),
  };
}

function rollbackChanges(steps: readonly RunStep[], deployment: Deployment, now: number): WorkloadChange[] {
  return steps.flatMap((step) => changeOf(step, deployment, now));
}

function changeOf({ planned: { step } }: RunStep, deployment: Deployment, now: number): WorkloadChange[] {
  if (step.kind !== 'set-template') return [];
  const before =
    workloadChanges(deployment).find((change) => change.target.name === step.workload.name)?.after ?? null;
  return [
    {
      kind: 'workload',
      target: { kind: step.workload.kind, name: step.workload.name },
      before,
      after: {
        uid: step.uid,
        generation: 0,
        template: step.template,
        templateDigest: step.templateDigest,
        images: {},
        imageDigests: step.imageDigests,
        podTemplateHash: null,
        revision: null,
        historyName: null,
        observedAt: now,
      },
    },
  ];
}
