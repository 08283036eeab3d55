import type { Plan, PlannedStep, PlanResult, Run } from '@lastgood/domain';
import { effectKey } from '../effect.ts';
import { object } from './recorded-rollout.ts';

const minute = 60_000;

/** In place of the ways back: as many trivial steps as the run's evidence says. All that is left out is asking a cluster. */
export async function planTrivially(_deps: unknown, { run }: { run: Run }): Promise<PlanResult> {
  return { kind: 'plan', plan: trivialPlan(run) };
}

function trivialPlan(run: Run): Plan {
  const { steps } = run.evidence as { steps: number };
  return {
    service: run.service,
    strategy: 'rolling',
    from: { deploymentId: run.deploymentId, release: 2, version: 'v2', proof: 'pending' },
    target: { deploymentId: run.targetDeploymentId, release: 1, version: 'v1', proof: 'presumed_good' },
    steps: Array.from({ length: steps }, (_, step) => trivialStep(effectKey(run.id, step))),
    warnings: [],
  };
}

function trivialStep(name: string): PlannedStep {
  return {
    step: {
      kind: 'set-template',
      workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name },
      uid: object.uid,
      fromDigest: object.before,
      template: {},
      templateDigest: object.after,
      imageDigests: {},
    },
    title: `Make effect ${name}`,
    limits: { scheduleToStartMs: 10 * minute, startToCloseMs: 5 * minute, heartbeatMs: 15_000 },
    leavesBehind: 'Nothing.',
    expectedMs: null,
  };
}
