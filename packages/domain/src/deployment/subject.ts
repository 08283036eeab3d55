import type { TriggerSubject } from '../trigger/kinds/trigger-kind.ts';
import { changeOf, type Deployment } from './deployment.ts';
import { type Named, revisionOf, variablesOf } from './variables.ts';

/** Of what the triggers of a deployment ask in a slot; `serves` as for `variablesOf`. */
export function subjectOf(
  service: Named,
  deployment: Deployment,
  slot: number,
  serves = true,
): TriggerSubject {
  const workload = service.workloads[0];
  const change = workload ? changeOf(deployment.changes, workload) : undefined;
  const before = change?.before ? revisionOf(change.before) : undefined;
  const variables = variablesOf(service, deployment, serves);
  return {
    variables,
    ageMs: Math.max(0, slot - deployment.startedAt),
    // Where one of both is not known nobody can tell them apart.
    hasOwnRevision: before !== undefined && variables.REVISION !== undefined && before !== variables.REVISION,
  };
}
