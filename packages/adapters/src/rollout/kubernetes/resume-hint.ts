import type { WorkloadTarget } from '@lastgood/domain/workload/workload';

/** What a person types to let a paused workload roll out again. */
export function resumeHint({ kind, namespace, name }: WorkloadTarget): string {
  return `kubectl rollout resume ${kind.toLowerCase()}/${name} -n ${namespace}`;
}
