import { isAutomatic, type RollbackStanding } from '@lastgood/domain';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toHold, toService } from '../rows/service-row.ts';
import { activeRunOf, lastAttemptOf } from '../service/active-run.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';

interface Attempts {
  key: string;
  last: number | null;
  active: string | null;
}

/** How services stand to a rollback that nobody asked for. */
export async function loadRollbackStandings(
  context: StoreContext,
  services: readonly string[],
): Promise<RollbackStanding[]> {
  const [rows, found] = await Promise.all([
    context.prisma.service.findMany({
      where: { deletedAt: null, key: { in: [...services] } },
      orderBy: { key: 'asc' },
      include: { holds: { where: { releasedAt: null }, orderBy: { placedAt: 'asc' } } },
    }),
    context.sql<Attempts>(
      `select key, ${lastAttemptOf('key')} as last, ${activeRunOf('key')} as active
       from unnest($1::text[]) as key`,
      [services],
    ),
  ]);
  const triggersOf = await loadEffectiveTriggers(context.prisma, rows);
  const attempts = new Map(found.rows.map((row) => [row.key, row]));
  return readableRows(context, 'services', rows, {
    idOf: ({ key }) => key,
    read: (row) => ({
      service: row.key,
      lastAttemptAt: attempts.get(row.key)?.last ?? null,
      activeRunId: attempts.get(row.key)?.active ?? null,
      isAutomatic: triggersOf(toService(row)).some(isAutomatic),
      holds: row.holds.map(toHold),
    }),
  });
}
