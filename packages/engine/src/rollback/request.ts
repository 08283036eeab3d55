import {
  type AskedRollback,
  type CascadeMember,
  type Deployment,
  fromTo,
  hasNeverCome,
  instantAfter,
  newRun,
  type Refusal,
  type Requester,
  type Run,
  refusedRemovals,
  releaseName,
  releaseSubject,
  type Service,
  type StopCondition,
  withWhom,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { GroupChoice } from './find-group.ts';
import type { GatherDependencies } from './gather-facts.ts';
import { asMember, isOfGroup, membersAsked } from './group-request.ts';
import { findRollback } from './preview.ts';

/** The click. Nothing is asked of the cluster before it is accepted: the run prepares itself. */
export interface RollbackCommand {
  deploymentId: string;
  targetId: string | null;
  requester: Requester;
  /** Null: prefilled. */
  reason: string | null;
  startsInMs: number;
  /** The trigger values on screen. */
  evidence: unknown;
  /** Who goes back with it; absent: nobody. */
  group?: GroupChoice;
  /** Of a group; absent: `any-failure`. */
  stopCondition?: StopCondition;
  /** What may be lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What is taken back although it was not registered; absent: nothing. */
  including?: readonly string[] | undefined;
  /** What is to be removed of what the release created; absent: nothing. */
  removing?: readonly string[] | undefined;
}

export type RequestResult =
  | { kind: 'queued'; run: Run }
  /** A run to the same target is under way, of this release or a newer one: the click joins it. */
  | { kind: 'joined'; run: Run }
  /** A run that takes the service to another target is under way, or that takes back an older release. */
  | { kind: 'conflict'; run: Run; takesBack: Deployment; targetDeploymentId: string }
  | { kind: 'no-target'; deployment: Deployment }
  /** Who would have to go back with it cannot. */
  | { kind: 'no-group'; refusals: Refusal[] }
  /** What records alone tell cannot be removed. */
  | { kind: 'not-removable'; refusals: Refusal[] }
  | { kind: 'not-current'; reason: string; deployment: Deployment }
  | { kind: 'not-found'; what: string };

export interface RequestDependencies extends Pick<GatherDependencies, 'deployments'> {
  clock: Clock;
  newId: () => string;
  /** Inserts the run unless the service has an active one, which is returned then. */
  queueRun(run: Run): Promise<{ kind: 'queued' } | { kind: 'active'; run: Run }>;
}

/** A person's rollback skips veto, brakes and cooldown and never needs an approval. */
export async function requestRollback(
  deps: RequestDependencies,
  command: RollbackCommand,
): Promise<RequestResult> {
  const found = await findRollback(deps, command.deploymentId, command.targetId);
  if (found.kind === 'not-found') return found;
  const { deployment, service, target } = found;
  if (deployment.status === 'rolled_back') {
    return {
      kind: 'not-current',
      deployment,
      reason: `${releaseSubject(deployment)} is rolled back already.`,
    };
  }
  const instead = hasNeverCome(deployment) ? await standingInstead(deps, deployment) : null;
  if (instead !== null) {
    const reason = `Nothing of ${releaseName(deployment)} was deployed. ${releaseSubject(instead)} is what is there: roll that one back.`;
    return { kind: 'not-current', deployment, reason };
  }
  if (!target) return { kind: 'no-target', deployment };
  if (target.id === deployment.id) {
    return { kind: 'not-current', deployment, reason: 'The target is the deployment itself.' };
  }
  const removals = refusedRemovals(deployment, command.removing);
  if (removals.length > 0) return { kind: 'not-removable', refusals: removals };
  const group = await membersAsked(deps, command.group, { service, deployment, target });
  if (group.kind === 'refused') return { kind: 'no-group', refusals: group.refusals };
  const run = manualRun(deps, command, { deployment, target }, group.members);
  const queued = await deps.queueRun(run);
  if (queued.kind === 'queued') return { kind: 'queued', run };
  const { deploymentId, targetDeploymentId } = memberOf(queued.run, service);
  const takesBack = await deps.deployments.deployment(deploymentId);
  if (!takesBack) throw new Error(`run ${queued.run.id} names ${deploymentId}, which is not stored`);
  // A run of an older release speaks of templates that are gone: it stops, and takes nothing of the newer one back.
  const isIt = targetDeploymentId === target.id && takesBack.release >= deployment.release;
  return isIt && isOfGroup(queued.run, group.members)
    ? { kind: 'joined', run: queued.run }
    : { kind: 'conflict', run: queued.run, takesBack, targetDeploymentId };
}

/** What is there of its service in place of a release that never came; null where that is known to nobody. */
async function standingInstead({ deployments }: RequestDependencies, { id, service }: Deployment) {
  const latest = (await deployments.followed([service]))[0]?.latest;
  return latest && latest.id !== id ? latest : null;
}

/** What a run means for one of its services: of a group, the service's own record. */
function memberOf(run: Run, service: Service): Pick<Run, 'deploymentId' | 'targetDeploymentId'> {
  return run.members?.find((member) => member.service === service.key) ?? run;
}

function manualRun(
  { clock, newId }: RequestDependencies,
  command: RollbackCommand,
  { deployment, target }: Pick<AskedRollback, 'deployment' | 'target'>,
  members: readonly CascadeMember[],
): Run {
  const now = clock.now();
  const isGroup = members.length > 1;
  return newRun({
    id: newId(),
    service: deployment.service,
    deploymentId: deployment.id,
    targetDeploymentId: target.id,
    requester: command.requester,
    reason: command.reason ?? `Rolled back by hand: ${fromTo(deployment, target)}${withWhom(members)}.`,
    evidence: command.evidence,
    accepting: command.accepting,
    including: command.including,
    removing: command.removing,
    createdAt: now,
    startsAt: instantAfter(now, command.startsInMs),
    ...(isGroup
      ? { members: members.map(asMember), stopCondition: command.stopCondition ?? 'any-failure' }
      : {}),
  });
}
