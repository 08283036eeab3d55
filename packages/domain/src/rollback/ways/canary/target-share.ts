import { changeOf, type Deployment } from '../../../deployment/deployment.ts';
import { releaseName } from '../../../deployment/release-words.ts';
import type { Refusal } from '../../refusal.ts';
import { isSameRule, objectIn, weightChanges } from '../traffic-change.ts';
import type { CanaryDeclared } from './declares.ts';
import type { CanaryContext } from './routes.ts';

/** A target that itself served a share only, beside an older version: taking the canary out would end at that older one. */
export function shareRefusals({ service, declared, target }: CanaryContext): Refusal[] {
  // What stable got with it, stable serves.
  if (!declared || isChanged(target.changes, declared.stable.workload)) return [];
  const own = { route: objectIn(service, declared.route), rule: declared.route.rule ?? null };
  const isShared = weightChanges(target.changes, service).some(
    (one) => isSameRule(one, own) && (one.after?.[declared.canary.destination] ?? 0) > 0,
  );
  if (!isShared && !isOnlyCanary(declared, target)) return [];
  return [
    {
      code: 'target-was-canary',
      reason: `${releaseName(target)} was itself a canary and got a share of the traffic only: without the canary, what ${declared.stable.destination} serves is an older version.`,
      advice: 'Choose the release that stable serves, or one that was promoted, as the one to return to.',
    },
  ];
}

/** It changed what the canary runs, and left stable as it was. */
function isOnlyCanary({ stable, canary }: CanaryDeclared, { changes }: Deployment): boolean {
  return isChanged(changes, canary.workload) === true && isChanged(changes, stable.workload) === false;
}

/** Null where it is not known. */
function isChanged(
  changes: Deployment['changes'],
  workload: CanaryDeclared['stable']['workload'],
): boolean | null {
  const { before, after } = changeOf(changes, workload) ?? {};
  return before && after ? before.templateDigest !== after.templateDigest : null;
}
