import {
  allWays,
  type Cascade,
  type Deployment,
  type PlanResult,
  type Service,
  triggersIn,
  type Way,
} from '@lastgood/domain';
import { findGroup, type GroupChoice } from './find-group.ts';
import type { FactsAsked, GatherDependencies } from './gather-facts.ts';
import { planFor, planGroup } from './prepare.ts';

export type Preview =
  | { kind: 'not-found'; what: string }
  | ({ kind: 'planned'; deployment: Deployment; service: Service; target: Deployment | null } & {
      result: PlanResult;
      /** Who would have to go back with it, or why they cannot, whether or not that was asked for; null without a target. */
      cascade: Cascade | null;
    });

export interface PreviewAsked {
  deploymentId: string;
  /** Null for the last known good. */
  targetId: string | null;
  /** What fires, as it would be stored with the click. */
  evidence: unknown;
  /** Who goes back with it; absent: nobody. */
  group?: GroupChoice;
  /** What would be named as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What would be taken back although it was not registered; absent: nothing. */
  including?: readonly string[] | undefined;
  /** What would be named to be removed; absent: nothing. */
  removing?: readonly string[] | undefined;
  signal: AbortSignal;
  ways?: readonly Way[];
}

/** What the button would do, without doing it: the same beats as a run's first. */
export async function previewRollback(
  deps: GatherDependencies,
  {
    deploymentId,
    targetId,
    evidence,
    group = 'alone',
    accepting,
    including,
    removing,
    signal,
    ways = allWays,
  }: PreviewAsked,
): Promise<Preview> {
  const found = await findRollback(deps, deploymentId, targetId);
  if (found.kind === 'not-found') return found;
  const { deployment, service, target } = found;
  const cascade = target && (await findGroup(deps.deployments, { service, deployment, target }));
  const about = { triggers: triggersIn(evidence), accepting, including, removing, signal, ways };
  const result = await planned(deps, found, cascade, group, about);
  return { kind: 'planned', deployment, service, target, result, cascade };
}

function planned(
  deps: GatherDependencies,
  { service, deployment, target }: Extract<Found, { kind: 'found' }>,
  cascade: Cascade | null,
  group: GroupChoice,
  about: Pick<FactsAsked, 'triggers' | 'accepting' | 'including' | 'removing' | 'signal' | 'ways'>,
): Promise<PlanResult> | PlanResult {
  if (group === 'alone' || cascade === null || (cascade.kind === 'members' && cascade.members.length === 1))
    return planFor(deps, { service, deployment, target, ...about });
  if (cascade.kind === 'refused') return cascade;
  return planGroup(deps, { members: cascade.members, asked: service.key, ...about });
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
