import type { WorkloadTarget } from '../../workload/workload.ts';
import type { StoredTemplate } from './step-contract.ts';

/** A step about a template of a workload, once that template is stored as another one. */
export function followStored<Target extends { workload: WorkloadTarget; templateDigest: string }>(
  step: Target,
  { workload, from, to }: StoredTemplate,
): Target {
  const isIt = step.templateDigest === from && addressOf(step.workload) === addressOf(workload);
  return isIt ? { ...step, templateDigest: to } : step;
}

function addressOf({ cluster, namespace, kind, name }: WorkloadTarget): string {
  return [cluster, namespace, kind, name].join('/');
}
