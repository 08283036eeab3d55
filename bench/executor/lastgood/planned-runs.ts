import type { Plan, PlannedStep, Run, RunStore } from '@lastgood/domain';
import { stepCommit } from '@lastgood/engine/rollback/step-commit';
import { effectKey } from '../effect.ts';
import { object } from './recorded-rollout.ts';

const minute = 60_000;

/**
 * The run store of the product, with plans of as many trivial steps as the run's evidence says. They are written at the first
 * claim by the very commit with which a worker writes what it planned; asking a cluster for the facts is all that is left out.
 */
export function withTrivialPlans(runs: RunStore, now: () => number): RunStore {
  return {
    ...runs,
    async claim(replica, leaseMs, executing) {
      const claimed = await runs.claim(replica, leaseMs, executing);
      if (!claimed || claimed.run.plan !== null) return claimed;
      const commit = stepCommit.planned(claimed, trivialPlan(claimed.run), now());
      // A lease lost here shows at the worker's own first commit.
      await runs.commit(claimed.lease, commit);
      return { ...claimed, run: { ...claimed.run, ...commit.run }, steps: commit.newSteps ?? [] };
    },
  };
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
