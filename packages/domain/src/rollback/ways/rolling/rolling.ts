import type { TSchema } from 'typebox';
import { type WorkloadChange, workloadChanges } from '../../../deployment/deployment.ts';
import type { Refusal } from '../../plan.ts';
import type { Way } from '../way.ts';
import { neededWorkloads } from './needs.ts';
import { readyWorkloads } from './ready-workload.ts';
import { refusalsFor } from './refusals.ts';
import { workloadSteps } from './steps.ts';
import { warningsFor } from './warnings.ts';

/** Rolling update: set each workload to the recorded template and wait until it serves. */
export const rolling: Way<'workload', TSchema, WorkloadChange> = {
  name: 'rolling',
  strategies: ['rolling'],
  takesBack: ({ deployment }) => (deployment.strategy === 'rolling' ? workloadChanges(deployment) : null),
  needs: neededWorkloads,
  plan(context, facts) {
    if (facts.length === 0) return { kind: 'refused', refusals: [noWorkload] };
    const refusals = facts.flatMap((fact) => refusalsFor(fact, context));
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const workloads = readyWorkloads(facts);
    return {
      kind: 'steps',
      steps: workloads.flatMap((workload) => workloadSteps(workload, context)),
      warnings: workloads.flatMap(warningsFor),
    };
  },
};

const noWorkload: Refusal = {
  code: 'nothing-to-roll-back',
  reason: 'The service declares no workload, and the deployment is not known to have changed one.',
  advice: 'Declare the workloads of the service.',
};
