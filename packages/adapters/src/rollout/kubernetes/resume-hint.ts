import type { WorkloadTarget } from '@lastgood/domain/workload/workload';

/** What a person types to let a paused workload roll out again. */
export function resumeHint({ kind, namespace, name }: WorkloadTarget): string {
  if (kind === 'Rollout')
    return `kubectl patch rollout ${name} -n ${namespace} --type merge -p '{"spec":{"paused":false}}'`;
  return `kubectl rollout resume ${kind.toLowerCase()}/${name} -n ${namespace}`;
}
