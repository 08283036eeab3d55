import type { TSchema } from 'typebox';
import { type WorkloadChange, workloadChanges } from '../../../deployment/deployment.ts';
import type { Refusal } from '../../refusal.ts';
import { isDelivered } from '../delivered.ts';
import type { Way } from '../way.ts';
import { workloadDifferences } from './differences.ts';
import { imageWarnings, restoreSteps } from './images.ts';
import { changedElsewhere, neededWorkloads } from './needs.ts';
import { ownedWorkload } from './owned.ts';
import { readyWorkloads } from './ready-workload.ts';
import { refusalsFor } from './refusals.ts';
import { workloadSteps } from './steps.ts';
import { withoutUntouched } from './untouched.ts';
import { scaleWarnings, warningsFor } from './warnings.ts';

/** Rolling update: set each workload to the recorded template and wait until it serves. */
export const rolling: Way<'workload', TSchema, WorkloadChange> = {
  name: 'rolling',
  strategies: ['rolling'],
  // What a delivery controller brings out is looked at here and handed over, however it does it.
  takesBack: ({ deployment, service }) =>
    deployment.strategy === 'rolling' || isDelivered(service) ? workloadChanges(deployment) : null,
  differences: workloadDifferences,
  needs: neededWorkloads,
  plan(context, known) {
    const isNothing = neededWorkloads(context).length === 0 && !changedElsewhere(context);
    if (isNothing) return { kind: 'refused', refusals: [noWorkload] };
    const { facts, warnings: unsure } = withoutUntouched(known, context);
    const owned = facts.flatMap((fact) => ownedWorkload(fact, context) ?? []);
    const refusals = facts.flatMap((fact) => refusalsFor(fact, context));
    if (refusals.length > 0) return { kind: 'refused', refusals, owned };
    // Whoever sets a workload, its pods pull the image.
    const all = readyWorkloads(facts);
    const workloads = readyWorkloads(facts.filter((fact) => ownedWorkload(fact, context) === null));
    return {
      kind: 'steps',
      owned,
      steps: [...restoreSteps(all), ...workloads.flatMap((workload) => workloadSteps(workload, context))],
      warnings: [
        ...new Set([
          ...unsure,
          ...all.flatMap(imageWarnings),
          ...workloads.flatMap((one) => [...warningsFor(one), ...scaleWarnings(one)]),
        ]),
      ],
    };
  },
};

const noWorkload: Refusal = {
  code: 'nothing-to-roll-back',
  reason: 'The service declares no workload, and the deployment is not known to have changed one.',
  advice: 'Declare the workloads of the service.',
};
