import type { ServicePolicy } from '../service/service.ts';
import { formatSpan } from '../trigger/format.ts';
import type { Deployment } from './deployment.ts';
import { hasShownChange, type OwnRollout } from './own-rollout.ts';

/** Why a rollout that was not complete in its time failed, with what the cluster says of it. */
export function failureInWords(
  current: Deployment,
  seen: OwnRollout,
  { stableTimeoutMs }: ServicePolicy,
): string {
  const within = `within ${formatSpan(stableTimeoutMs)}`;
  if (!hasShownChange(current) && seen.unread !== undefined)
    return `it was reported complete and changed no template ${within}; whether it changed configuration is not known: ${seen.unread}`;
  if (!hasShownChange(current))
    return `it was reported complete, but the cluster never showed its change ${within}`;
  return `its rollout was not complete ${within}${seen.kind === 'serving' ? '' : `: ${seen.doubt}`}`;
}

/** What an open rollout waits for, or what a failed one lacked, as it was last seen; null once it is complete. */
export function rolloutInWords(deployment: Deployment): string | null {
  const { status, origin, looks, reportedCompleteAt } = deployment;
  if (origin === 'rollback') return null;
  if (status === 'failed') return looks.doubt === null ? null : `Failed: ${looks.doubt}.`;
  if (status !== 'in_progress') return null;
  const isReported = reportedCompleteAt !== null;
  if (!hasShownChange(deployment))
    return isReported
      ? 'Reported complete; the cluster shows nothing of its change yet.'
      : 'Its change is not seen in the cluster yet.';
  const rollout = looks.doubt === null || looks.lastServed ? 'its rollout' : `its rollout (${looks.doubt})`;
  if (isReported) return `Reported complete; waiting for ${rollout}.`;
  return origin === 'detected'
    ? `Waiting for ${rollout}.`
    : `Waiting for ${rollout} and for its pipeline to report it complete.`;
}
