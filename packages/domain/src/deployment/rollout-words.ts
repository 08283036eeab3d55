import type { ServicePolicy } from '../service/service.ts';
import { formatDuration } from '../trigger/format.ts';
import type { Deployment } from './deployment.ts';
import { hasShownChange, type OwnRollout } from './own-rollout.ts';

/** Why a rollout that was not complete in its time failed, with what the cluster says of it. */
export function failureInWords(
  current: Deployment,
  seen: OwnRollout,
  { stableTimeoutMs }: ServicePolicy,
): string {
  const within = `within ${formatDuration(stableTimeoutMs)}`;
  if (!hasShownChange(current))
    return `it was reported complete, but the cluster never showed its change ${within}`;
  return `its rollout was not complete ${within}${seen.kind === 'serving' ? '' : `: ${seen.doubt}`}`;
}

/** What an open deployment waits for, as far as it was last seen; null when its rollout has ended. */
export function awaitedInWords(deployment: Deployment): string | null {
  if (deployment.status !== 'in_progress' || deployment.origin === 'rollback') return null;
  const { doubt } = deployment.looks;
  const isReported = deployment.reportedCompleteAt !== null;
  if (!hasShownChange(deployment))
    return isReported
      ? 'Reported complete; the cluster shows nothing of its change yet.'
      : 'Its change is not seen in the cluster yet.';
  const rollout = doubt === null ? 'its rollout' : `its rollout (${doubt})`;
  if (isReported) return `Reported complete; waiting for ${rollout}.`;
  return deployment.origin === 'detected'
    ? `Waiting for ${rollout}.`
    : `Waiting for ${rollout} and for its pipeline to report it complete.`;
}
