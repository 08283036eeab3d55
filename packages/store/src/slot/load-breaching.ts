import { type BreachingDependency, breachesOf, type RollbackTrigger, type Service } from '@lastgood/domain';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { statesOf } from '../trigger/effective-triggers.ts';

/** A watch that was closed longer ago says nothing about now. */
const closedWithinMs = 3_600_000;

/** What breaches among the deployments of these services that are watched, or were a short while before the slot. */
export async function loadBreaching(
  context: StoreContext,
  services: string[],
  triggersOf: (service: Service) => RollbackTrigger[],
  slot: number,
): Promise<BreachingDependency[]> {
  if (services.length === 0) return [];
  const rows = await context.prisma.deployment.findMany({
    where: {
      serviceKey: { in: services },
      OR: [{ watchClosedAt: null }, { watchClosedAt: { gt: new Date(slot - closedWithinMs) } }],
      triggerStates: { some: { phase: { in: ['pending', 'firing'] } } },
    },
    include: { ...withChanges, service: true, triggerStates: true },
    orderBy: { id: 'asc' },
  });
  return readableRows(context, 'deployments', rows, {
    idOf: ({ id }) => id,
    read: (row) =>
      breachesOf(toDeployment(row), triggersOf(toService(row.service)), statesOf(row.triggerStates)),
  }).flat();
}
