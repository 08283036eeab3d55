import type {
  AskedRollback,
  Cascade,
  CascadeMember,
  DeploymentStore,
  Run,
  RunMember,
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

/** ", with checkout (it needs catalog-api >=3, and v41 provides 2)" */
export function withWhom(members: readonly CascadeMember[]): string {
  const others = members.filter(({ reason }) => reason !== 'asked');
  return `, with ${others.map(({ service, why }) => `${service.name} (it ${why})`).join(', ')}`;
}

/** A member as it is queued. */
export function asMember({ service, deployment, target }: CascadeMember, lane: number): RunMember {
  return {
    ...{ lane, service: service.key, deploymentId: deployment.id, targetDeploymentId: target.id },
    ...{ status: 'queued', startedAt: null, finishedAt: null, verdict: null, stop: null },
  };
}
