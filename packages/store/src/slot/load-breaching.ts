import { type BreachingDependency, breachesOf, effectiveTriggers, type TriggerSet } from '@lastgood/domain';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { toTriggerState } from '../rows/trigger-row.ts';
import type { StoreContext } from '../store-context.ts';

/** A watch that was closed longer ago says nothing about now. */
const closedWithinMs = 3_600_000;

/** What breaches among the deployments of these services that are watched, or were a short while before the slot. */
export async function loadBreaching(
  { prisma }: StoreContext,
  services: string[],
  sets: readonly TriggerSet[],
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
  return rows.flatMap((row) => {
    const states = new Map(row.triggerStates.map((state) => [state.trigger, toTriggerState(state)]));
    return breachesOf(toDeployment(row), effectiveTriggers(toService(row.service), sets), states);
  });
}
