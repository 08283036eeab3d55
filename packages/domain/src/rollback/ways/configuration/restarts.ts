import { releaseName } from '../../../deployment/release-words.ts';
import { workloadsOf } from '../../../service/service.ts';
import { type ConfigurationRef, isSameConfiguration } from '../../../workload/configuration.ts';
import { type WorkloadRef, workloadInWords } from '../../../workload/workload.ts';
import { contractOf } from '../../contract-of.ts';
import type { Step } from '../../step.ts';
import type { RollbackContext } from '../way.ts';
import { namedByKept, restartsFor } from './recorded.ts';

/**
 * Which pods are started anew for what they read only when they start, and which are not: whoever sets the workload starts
 * them, and nobody sets one that only gets the traffic.
 *
 * @param set the objects that go back
 * @param steps of the whole plan
 */
export function restartWarnings(
  context: RollbackContext,
  set: readonly ConfigurationRef[],
  steps: readonly Step[],
): string[] {
  return workloadsOf(context.service).flatMap((ref) => {
    const name = workloadInWords(ref);
    if (isSet(ref, steps))
      return restartsFor(ref, context)
        ? [
            `${name} has the template already: its pods are started anew, so that they read the configuration.`,
          ]
        : [];
    const reads = namedByKept(ref, context).some((one) => set.some((each) => isSameConfiguration(each, one)));
    if (!reads || isStartedFromNothing(ref, steps)) return [];
    return [
      `${name} has the template already and no step starts it anew: pods of it that run keep what they read when they started; restart it by hand where they started after ${releaseName(context.deployment)} changed the configuration.`,
    ];
  });
}

function isSet(ref: WorkloadRef, steps: readonly Step[]): boolean {
  return steps.some((step) => {
    const set = contractOf(step).sets?.(step);
    return set !== undefined && isNamed(set.workload, ref);
  });
}

/** Every pod of it starts with this plan, after the configuration is back. */
function isStartedFromNothing(ref: WorkloadRef, steps: readonly Step[]): boolean {
  return steps.some((step) => 'replicas' in step && step.from === 0 && isNamed(step.workload, ref));
}

function isNamed(one: WorkloadRef, other: WorkloadRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}
