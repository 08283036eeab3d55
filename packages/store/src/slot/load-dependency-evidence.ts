import { type DependencyEvidence, evidenceAsDependency } from '@lastgood/domain';
import { readable } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import type { Deployment as DeploymentRow } from '../generated/client.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toService } from '../rows/service-row.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';

/** A watch that was closed longer ago says nothing about now, unless its deployment serves and is read on. */
const closedWithinMs = 3_600_000;

/** How the deployments of these services stand that are read, or stood when their watch was closed a short while before the slot. */
export async function loadDependencyEvidence(
  context: StoreContext,
  services: string[],
  slot: number,
): Promise<DependencyEvidence[]> {
  if (services.length === 0) return [];
  const rows = await context.prisma.deployment.findMany({
    where: {
      serviceKey: { in: services },
      OR: [
        { watchClosedAt: null },
        { newest: true },
        { watchClosedAt: { gt: new Date(slot - closedWithinMs) } },
      ],
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
  const takenBackAt = new Map(
    rows.flatMap(({ origin, previousDeploymentId, startedAt }) =>
      origin === 'rollback' && previousDeploymentId !== null ? [[previousDeploymentId, ms(startedAt)]] : [],
    ),
  );
  return rows.flatMap((row) => {
    const evidence = readable(context, 'deployments', row.id, () =>
      evidenceAsDependency(toDeployment(row), triggersOf(toService(row.service)), statesOf(row.id), slot, {
        isNewest: row.release === row.service.lastRelease,
        takenBackAt: takenBackAt.get(row.id) ?? null,
      }),
    );
    return evidence ? evidence.value : [unreadableEvidence(row)];
  });
}

/** What cannot be understood is not known to be quiet. */
function unreadableEvidence(
  row: Pick<DeploymentRow, 'serviceKey' | 'release' | 'version' | 'startedAt' | 'watchClosedAt'>,
): DependencyEvidence {
  return {
    service: row.serviceKey,
    release: row.release,
    version: row.version,
    trigger: 'any trigger',
    startedAt: ms(row.startedAt),
    watchClosedAt: ms(row.watchClosedAt),
    stands: 'unreadable',
    reason: 'this version does not understand what is stored of it',
    readAt: null,
  };
}
