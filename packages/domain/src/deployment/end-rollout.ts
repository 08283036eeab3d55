import { eventAbout } from '../audit/events.ts';
import type { ObservedWorkload } from './capture.ts';
import { type Deployment, workloadChanges } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';

/** How long a pipeline may say nothing before the rollout in the cluster is followed instead. */
const silentPipelineMs = 120_000;

/**
 * A detected deployment ends with its rollout; a registered one too, once its pipeline has been silent; any at its maximum
 * age. Of several workloads a deployment may change only one, so one seen changed is enough.
 */
export function endSilent(
  current: Deployment,
  observed: readonly ObservedWorkload[],
  { service }: FollowedService,
  now: number,
) {
  const age = now - current.startedAt;
  const about = { at: now, service: service.key, deploymentId: current.id };
  const seen = workloadChanges(current).some((change) => change.after !== null);
  const rolledOut = seen && observed.every(({ complete }) => complete);
  if (rolledOut && (current.origin === 'detected' || age >= silentPipelineMs)) {
    return {
      patch: completion(service.policy.watchWindowMs, now),
      event: eventAbout({
        ...about,
        type: 'deployment.completed',
        text: `Release ${current.release} is rolled out in the cluster.`,
      }),
    };
  }
  if (age < service.policy.maxInProgressMs) return null;
  return {
    patch: { status: 'failed' as const, watchClosedAt: now, proof: 'unproven' as const },
    event: eventAbout({
      ...about,
      type: 'deployment.failed',
      text: `Release ${current.release} never finished: its pipeline went silent and its rollout did not complete.`,
    }),
  };
}

export function completion(watchWindowMs: number, now: number) {
  return { status: 'completed' as const, completedAt: now, watchEndsAt: now + watchWindowMs };
}
