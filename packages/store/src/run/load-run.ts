import type { ClaimedRun, Run } from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toCheck, toMembers, toRun, toStep } from '../rows/run-row.ts';
import { toService } from '../rows/service-row.ts';

/** A run's steps and checks in their order. */
export const withProgress = {
  steps: { orderBy: { ordinal: 'asc' as const } },
  checks: { orderBy: [{ lane: 'asc' as const }, { ordinal: 'asc' as const }] },
  members: { orderBy: { lane: 'asc' as const } },
};

export async function loadRun(prisma: Prisma, id: string): Promise<Run | null> {
  const row = await prisma.run.findUnique({ where: { id } });
  return row && toRun(row);
}

/** The active run of any of these services, as their own or as a member of a group. */
export async function loadActiveRun(prisma: Prisma, services: readonly string[]): Promise<Run | null> {
  const row = await prisma.run.findFirst({
    where: {
      status: { in: ['queued', 'running'] },
      members: { some: { serviceKey: { in: [...services] }, status: { in: ['queued', 'running'] } } },
    },
  });
  return row && toRun(row);
}

export async function loadClaimed(
  prisma: Prisma,
  id: string,
): Promise<Omit<ClaimedRun, 'lease' | 'takenOverFrom' | 'unattendedMs'>> {
  const row = await prisma.run.findUniqueOrThrow({
    where: { id },
    include: { ...withProgress, members: { ...withProgress.members, include: { service: true } } },
  });
  const ids = row.members.flatMap((member) => [member.deploymentId, member.targetDeploymentId]);
  const rows = await prisma.deployment.findMany({ where: { id: { in: ids } }, include: withChanges });
  const stored = (wanted: string) => {
    const found = rows.find((candidate) => candidate.id === wanted);
    if (!found) throw new Error(`run ${id} names deployment ${wanted}, which is not stored`);
    return toDeployment(found);
  };
  const members = row.members.map((member) => ({
    service: toService(member.service),
    deployment: stored(member.deploymentId),
    target: stored(member.targetDeploymentId),
  }));
  const asked = members[row.members.findIndex((member) => member.deploymentId === row.deploymentId)];
  if (!asked) throw new Error(`run ${id} is no member of itself`);
  return {
    run: { ...toRun(row), ...toMembers(row.members) },
    steps: row.steps.map(toStep),
    checks: row.checks.map(toCheck),
    ...asked,
    ...(members.length > 1 ? { members } : {}),
  };
}
