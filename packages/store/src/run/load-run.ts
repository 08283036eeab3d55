import type { ClaimedRun, Run } from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toCheck, toRun, toStep } from '../rows/run-row.ts';
import { toService } from '../rows/service-row.ts';

/** A run's steps and checks in their order. */
export const withProgress = {
  steps: { orderBy: { ordinal: 'asc' } },
  checks: { orderBy: { ordinal: 'asc' } },
} as const;

export async function loadRun(prisma: Prisma, id: string): Promise<Run | null> {
  const row = await prisma.run.findUnique({ where: { id } });
  return row && toRun(row);
}

export async function loadActiveRun(prisma: Prisma, service: string): Promise<Run | null> {
  const row = await prisma.run.findFirst({
    where: { serviceKey: service, status: { in: ['queued', 'running'] } },
  });
  return row && toRun(row);
}

export async function loadClaimed(
  prisma: Prisma,
  id: string,
): Promise<Omit<ClaimedRun, 'lease' | 'takenOverFrom' | 'unattendedMs'>> {
  const row = await prisma.run.findUniqueOrThrow({
    where: { id },
    include: { ...withProgress, service: true },
  });
  const ids = [row.deploymentId, row.targetDeploymentId];
  const rows = await prisma.deployment.findMany({ where: { id: { in: ids } }, include: withChanges });
  const [deployment, target] = ids.map((one) => rows.find((candidate) => candidate.id === one));
  if (!deployment || !target) throw new Error(`run ${id} names a deployment that is not stored`);
  return {
    run: toRun(row),
    steps: row.steps.map(toStep),
    checks: row.checks.map(toCheck),
    service: toService(row.service),
    deployment: toDeployment(deployment),
    target: toDeployment(target),
  };
}
