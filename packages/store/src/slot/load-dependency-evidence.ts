import { type DependencyEvidence, evidenceAsDependency, type TakenBack } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import { readable } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { isRollbackOf, readUntil } from '../deployment/taken-back.ts';
import type { Deployment as DeploymentRow } from '../generated/client.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toService } from '../rows/service-row.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';

/** A watch that was closed longer ago says nothing about now, unless its deployment serves and is read on. */
const closedWithinMs = 3_600_000;

interface Placed {
  serviceKey: string;
  release: number;
  newest: boolean;
}

/**
 * How the deployments of these services stand that are read, or stood when their watch was closed, or their rollback ended, a short
 * while before the slot.
 */
export async function loadDependencyEvidence(
  context: StoreContext,
  services: string[],
  slot: number,
): Promise<DependencyEvidence[]> {
  if (services.length === 0) return [];
  const since = new Date(slot - closedWithinMs);
  const takenBack = await loadTakenBack(context, services, slot - closedWithinMs);
  const rows = await context.prisma.deployment.findMany({
    where: {
      serviceKey: { in: services },
      OR: [
        { watchClosedAt: null },
        { newest: true },
        { watchClosedAt: { gt: since } },
        { id: { in: [...takenBack.keys()] } },
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
  const isLater = (one: Placed, row: Placed) =>
    one.serviceKey === row.serviceKey && one.newest && one.release > row.release;
  return rows.flatMap((row) => {
    const evidence = readable(context, 'deployments', row.id, () =>
      evidenceAsDependency(toDeployment(row), triggersOf(toService(row.service)), statesOf(row.id), slot, {
        isNewest: row.newest && !rows.some((one) => isLater(one, row)),
        takenBack: takenBack.get(row.id) ?? null,
      }),
    );
    return evidence ? evidence.value : [unreadableEvidence(row, takenBack.get(row.id) ?? null)];
  });
}

/** What rollbacks take back of these services, or took back until a short while before the slot. */
async function loadTakenBack(
  { sql }: StoreContext,
  services: string[],
  since: number,
): Promise<Map<string, TakenBack>> {
  const found = await sql<TakenBack & { id: string }>(
    `select id, at, until from (
       select d.id, (select min(r.started_at) from deployments r where ${isRollbackOf('r', 'd')}) as at, ${readUntil('d')} as until
       from deployments d where d.id in (select r.previous_deployment_id from deployments r
         where r.service_key = any($1::text[]) and r.origin = 'rollback'
           and (r.newest or r.watch_closed_at is null or r.watch_closed_at > $2::timestamptz))) as back
     where until is null or until > $2::timestamptz`,
    [services, instant(since)],
    'prepared',
  );
  return new Map(found.rows.map(({ id, at, until }) => [id, { at, until }]));
}

/** What cannot be understood is not known to be quiet. */
function unreadableEvidence(
  row: Pick<DeploymentRow, 'serviceKey' | 'release' | 'version' | 'startedAt' | 'watchClosedAt'>,
  takenBack: TakenBack | null,
): DependencyEvidence {
  return {
    service: row.serviceKey,
    release: row.release,
    version: row.version,
    trigger: 'any trigger',
    startedAt: ms(row.startedAt),
    watchClosedAt: takenBack ? takenBack.until : ms(row.watchClosedAt),
    stands: 'unreadable',
    reason: 'this version does not understand what is stored of it',
    readAt: null,
  };
}
