import type { Deployment } from '../../../deployment/deployment.ts';
import type { RollbackFacts } from '../../needed-facts.ts';
import type { Plan, Refusal, ReleaseRef } from '../../plan.ts';
import type { RollbackStrategy } from '../strategy.ts';
import { isReady } from './ready-workload.ts';
import { refusalsFor } from './refusals.ts';
import { verifyStep, workloadSteps } from './steps.ts';
import { warningsFor } from './warnings.ts';

/** Rolling update: set each workload to the recorded template, wait until it serves, verify. */
export const rolling: RollbackStrategy = {
  name: 'rolling',
  plan(facts) {
    const { target } = facts;
    if (!target) return { kind: 'refused', refusals: [noTarget] };
    if (facts.workloads.length === 0) return { kind: 'refused', refusals: [noWorkload] };
    const refusals = facts.workloads.flatMap((workload) => refusalsFor(workload, target));
    return refusals.length > 0
      ? { kind: 'refused', refusals }
      : { kind: 'plan', plan: planFor(facts, target) };
  },
};

const noTarget: Refusal = {
  code: 'no-target',
  reason: 'No verified or presumed good deployment of this service is recorded.',
  advice: 'Name a deployment to return to, or deploy a version you trust.',
};

const noWorkload: Refusal = {
  code: 'nothing-to-roll-back',
  reason: 'The service declares no workload, and the deployment is not known to have changed one.',
  advice: 'Declare the workloads of the service.',
};

function planFor(facts: RollbackFacts, target: Deployment): Plan {
  const steps = facts.workloads.flatMap((one) => (isReady(one) ? workloadSteps(one, facts, target) : []));
  return {
    service: facts.service.key,
    strategy: 'rolling',
    from: releaseRef(facts.deployment),
    target: releaseRef(target),
    steps: [...steps, verifyStep(facts, target)],
    warnings: warningsFor(facts, target),
  };
}

function releaseRef(deployment: Deployment): ReleaseRef {
  return {
    deploymentId: deployment.id,
    release: deployment.release,
    version: deployment.version,
    proof: deployment.proof,
  };
}
