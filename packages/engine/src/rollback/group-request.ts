import {
  type AskedRollback,
  type Cascade,
  type CascadeMember,
  type DeploymentStore,
  queuedMember,
  type Run,
  type RunMember,
} from '@lastgood/domain';
import { findGroup, type GroupChoice } from './find-group.ts';

/** Nobody but the service, or whoever has to go back with it. */
export async function membersAsked(
  deps: { deployments: Pick<DeploymentStore, 'neighbours'> },
  group: GroupChoice = 'alone',
  asked: AskedRollback,
): Promise<Cascade> {
  return group === 'alone' ? { kind: 'members', members: [] } : findGroup(deps.deployments, asked);
}

/** Whether a run takes back all of them. */
export function isOfGroup(run: Run, members: readonly CascadeMember[]): boolean {
  const own = run.members?.map(({ service }) => service) ?? [run.service];
  return members.every(({ service }) => own.includes(service.key));
}

/** A member as it is queued. */
export function asMember({ service, deployment, target }: CascadeMember, lane: number): RunMember {
  return queuedMember({
    ...{ lane, service: service.key, deploymentId: deployment.id, targetDeploymentId: target.id },
  });
}
