import type { TriggerSubject } from '../trigger/kinds/trigger-kind.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { changeOf, type Deployment } from './deployment.ts';
import { type Named, revisionOf, variablesOf } from './variables.ts';
import { versionSince } from './version-age.ts';

/** Of what the triggers of a deployment ask in a slot; `serves` as for `variablesOf`. */
export function subjectOf(
  service: Named,
  deployment: Deployment,
  slot: number,
  serves = true,
): TriggerSubject {
  const variables = variablesOf(service, deployment, serves);
  const workload = service.workloads[0];
  const before = workload ? changeOf(deployment.changes, workload)?.before : null;
  return {
    variables,
    ageMs: Math.max(0, slot - versionSince(deployment)),
    at: slot,
    startedMsAgo: Math.max(0, slot - deployment.startedAt),
    toldApartBy: before ? differing(before, variables) : [],
    ...(before ? { before: { ...variables, ...versionOf(before) } } : {}),
  };
}

function versionOf(before: WorkloadSnapshot) {
  return { POD_TEMPLATE_HASH: before.podTemplateHash ?? undefined, REVISION: revisionOf(before) };
}

const versionNames = ['POD_TEMPLATE_HASH', 'REVISION'] as const;

/** What is not known of one of both tells nothing apart. */
function differing(before: WorkloadSnapshot, now: Record<string, string | undefined>): string[] {
  const then = versionOf(before);
  return versionNames.filter((name) => then[name] && now[name] !== undefined && now[name] !== then[name]);
}
