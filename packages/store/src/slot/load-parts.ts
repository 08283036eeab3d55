import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { loadChangesInBrief } from '../deployment/changes-in-brief.ts';
import { toAcknowledgement } from '../rows/acknowledgement-row.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import type { Remembered, WatchedParts } from './chunk-memory.ts';

/*
 * A row that is written gets another transaction's number and another place, within one history of the database: as long as both are
 * the same, so is all that it holds. https://www.postgresql.org/docs/18/ddl-system-columns.html
 */

/** Which version of a deployment `d`, its service `s`, its changes and its acknowledgement is in the database, as SQL. */
export function versionOf(d: string, s = 's'): string {
  return `concat_ws(' ', ${d}.xmin, ${d}.ctid, ${s}.xmin, ${s}.ctid, ${changesVersionOf(`${d}.id`)},
    (select 'acknowledged ' || a.xmin || a.ctid from acknowledgements a where a.deployment_id = ${d}.id))`;
}

export function changesVersionOf(deploymentId: string): string {
  return `(select string_agg(c.xmin::text || c.ctid, ' ' order by c.ordinal) from deployment_changes c
    where c.deployment_id = ${deploymentId})`;
}

/** Deployments with what is theirs, by id; only what is not known in its version is read. Without those that cannot be read. */
export async function loadParts(
  context: StoreContext,
  ids: readonly string[],
  versions: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, Remembered<WatchedParts>>,
): Promise<Map<string, Remembered<WatchedParts>>> {
  const parts = new Map<string, Remembered<WatchedParts>>();
  for (const id of ids) {
    const one = known.get(id);
    if (one && one.version === versions.get(id)) parts.set(id, one);
  }
  const rows = await loadRows(
    context,
    ids.filter((id) => !parts.has(id)),
  );
  const read = readableRows(context, 'deployments', rows, {
    idOf: ({ id }) => id,
    read: (row) => ({
      deployment: toDeployment(row),
      service: toService(row.service),
      acknowledgement: row.acknowledgement && toAcknowledgement(row.acknowledgement),
    }),
  });
  for (const value of read) {
    const { id } = value.deployment;
    parts.set(id, { version: versions.get(id) ?? '', value });
  }
  return parts;
}

/** Without pod templates, which nothing is judged by. */
async function loadRows({ prisma, sql }: StoreContext, ids: string[]) {
  if (ids.length === 0) return [];
  const [rows, changes] = await Promise.all([
    prisma.deployment.findMany({
      where: { id: { in: ids } },
      include: { service: true, acknowledgement: true },
    }),
    loadChangesInBrief(sql, ids),
  ]);
  return rows.map((row) => ({ ...row, changes: changes.get(row.id) ?? [] }));
}
