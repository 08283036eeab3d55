import {
  allWays,
  type Deployment,
  type PlanResult,
  type Service,
  triggersIn,
  type Way,
} from '@lastgood/domain';
import type { GatherDependencies } from './gather-facts.ts';
import { planFor } from './prepare.ts';

export type Preview =
  | { kind: 'not-found'; what: string }
  | ({ kind: 'planned'; deployment: Deployment; service: Service; target: Deployment | null } & {
      result: PlanResult;
    });

export interface PreviewAsked {
  deploymentId: string;
  /** Null for the last known good. */
  targetId: string | null;
  /** What fires, as it would be stored with the click. */
  evidence: unknown;
  /** What would be named as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  signal: AbortSignal;
  ways?: readonly Way[];
}

/** What the button would do, without doing it: the same beats as a run's first. */
export async function previewRollback(
  deps: GatherDependencies,
  { deploymentId, targetId, evidence, accepting, signal, ways = allWays }: PreviewAsked,
): Promise<Preview> {
  const found = await findRollback(deps, deploymentId, targetId);
  if (found.kind === 'not-found') return found;
  return {
    kind: 'planned',
    deployment: found.deployment,
    service: found.service,
    target: found.target,
    result: await planFor(deps, { ...found, triggers: triggersIn(evidence), accepting, signal, ways }),
  };
}

export type Found =
  | { kind: 'not-found'; what: string }
  | { kind: 'found'; deployment: Deployment; service: Service; target: Deployment | null };

/** The deployment, its service, and what a rollback returns to: the one named, else the last known good before it. */
export async function findRollback(
  { deployments }: Pick<GatherDependencies, 'deployments'>,
  deploymentId: string,
  targetId: string | null,
): Promise<Found> {
  const deployment = await deployments.deployment(deploymentId);
  if (!deployment) return { kind: 'not-found', what: `deployment ${deploymentId}` };
  const service = await deployments.service(deployment.service);
  if (!service) return { kind: 'not-found', what: `service ${deployment.service}` };
  const target = targetId
    ? await deployments.deployment(targetId)
    : await deployments.lastKnownGood(service.key, deployment.release);
  if (targetId && target?.service !== service.key)
    return { kind: 'not-found', what: `deployment ${targetId} of this service` };
  return { kind: 'found', deployment, service, target };
}
