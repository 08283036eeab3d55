import { type BreachingDependency, breachesOf, type RollbackTrigger, type Service } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { toTriggerState } from '../rows/trigger-row.ts';

/** A watch that was closed longer ago says nothing about now. */
const closedWithinMs = 3_600_000;

/** What breaches among the deployments of these services that are watched, or were a short while before the slot. */
export async function loadBreaching(
  { prisma }: StoreContext,
  services: string[],
  triggersOf: (service: Service) => RollbackTrigger[],
  slot: number,
): Promise<BreachingDependency[]> {
  if (services.length === 0) return [];
  const rows = await prisma.deployment.findMany({
    where: {
      serviceKey: { in: services },
      OR: [{ watchClosedAt: null }, { watchClosedAt: { gt: new Date(slot - closedWithinMs) } }],
      triggerStates: { some: { phase: { in: ['pending', 'firing'] } } },
    },
    include: { ...withChanges, service: true, triggerStates: true },
    orderBy: { id: 'asc' },
  });
  return rows.flatMap((row) =>
    breachesOf(
      toDeployment(row),
      triggersOf(toService(row.service)),
      new Map(row.triggerStates.map((state) => [state.trigger, toTriggerState(state)])),
    ),
  );
}
