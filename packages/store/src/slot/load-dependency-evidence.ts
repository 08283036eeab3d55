import { type DependencyEvidence, evidenceAsDependency } from '@lastgood/domain';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';

/** A watch that was closed longer ago says nothing about now. */
const closedWithinMs = 3_600_000;

/** How the deployments of these services stand that are watched, or stood when their watch was closed a short while before the slot. */
export async function loadDependencyEvidence(
  context: StoreContext,
  services: string[],
  slot: number,
): Promise<DependencyEvidence[]> {
  if (services.length === 0) return [];
  const rows = await context.prisma.deployment.findMany({
    where: {
      serviceKey: { in: services },
      OR: [{ watchClosedAt: null }, { watchClosedAt: { gt: new Date(slot - closedWithinMs) } }],
    },
    include: { ...withChanges, service: true, triggerStates: true },
    orderBy: { id: 'asc' },
  });
  const [triggersOf, statesOf] = await Promise.all([
    loadEffectiveTriggers(
      context.prisma,
      rows.map((row) => row.service),
    ),
    loadTriggerStates(
      context,
      rows.flatMap((row) => row.triggerStates),
    ),
  ]);
  return readableRows(context, 'deployments', rows, {
    idOf: ({ id }) => id,
    read: (row) =>
      evidenceAsDependency(toDeployment(row), triggersOf(toService(row.service)), statesOf(row.id), slot),
  }).flat();
}
