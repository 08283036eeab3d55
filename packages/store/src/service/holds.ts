import {
  eventAbout,
  incidentOver,
  type NewEvent,
  type Notification,
  type OverRelease,
  type ToldService,
  undoReleaseMs,
} from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { heldRows } from '../views/held-rows.ts';
import type { HeldRow } from '../views/view-rows.ts';
import { isNewest } from '../write/newest.ts';
import { tell } from '../write/tell.ts';
import { insertEvents } from '../write/write-audit.ts';

export interface Holds {
  /** Null when there is no such hold; a released one is returned as it is. */
  release(id: string, by: string, at: number): Promise<HeldRow | null>;
  /** Puts one in force again that was released less than `undoReleaseMs` ago; any other is returned as it is. */
  undoRelease(id: string, by: string, at: number): Promise<HeldRow | null>;
}

export function createHolds(context: StoreContext): Holds {
  const read = async (id: string): Promise<HeldRow | null> => {
    const row = await context.prisma.hold.findUnique({ where: { id } });
    const [hold] = row ? await heldRows(context.prisma, [row]) : [];
    return hold ?? null;
  };
  return {
    async release(id, by, at) {
      await inTransaction(context.pool, async (sql) => {
        const released = await sql<About>(
          `update holds set released_at = $2, released_by = $3 where id = $1 and released_at is null
           returning ${about}`,
          [id, instant(at), by],
        );
        const [row] = released.rows;
        if (row)
          await tellOfHold(sql, row, 'hold.released', `${by} let ${what(row)} be deployed again`, {
            at,
            by,
            id,
          });
        if (row) await tell(context, sql, await mayStay(sql, row, by, at));
      });
      context.tellReplicas(['events', 'outbox']);
      return read(id);
    },
    async undoRelease(id, by, at) {
      await inTransaction(context.pool, async (sql) => {
        const placed = await sql<About>(
          `update holds set released_at = null, released_by = null
           where id = $1 and released_at > $2::timestamptz - $3 * interval '1 ms' returning ${about}`,
          [id, instant(at), undoReleaseMs],
        );
        const [row] = placed.rows;
        if (row)
          await tellOfHold(sql, row, 'hold.kept', `${by} undid that: ${what(row)} is held again`, {
            at,
            by,
            id,
          });
      });
      context.tellReplicas(['events']);
      return read(id);
    },
  };
}

/** What serves now and was told to be back under that hold, where no other one of the same rollback holds it. Undone, it is told no second time. */
async function mayStay(sql: Sql, { service, runId }: About, by: string, at: number): Promise<Notification[]> {
  const back = await sql<OverRelease & { told: ToldService }>(
    `select d.id, d.service_key as service, d.release, d.version, d.commit, d.origin,
       (select to_json(t) from (select s.name, s.environment, s.team, s.notify) t) as told
     from services s join deployments d on d.service_key = s.key and ${isNewest('d')}
     where s.key = $1 and s.deleted_at is null
       and not exists (select from holds h where h.service_key = $1 and h.run_id = $2 and h.released_at is null)
       and exists (select from events e where e.deployment_id = d.id and e.run_id = $2
         and e.type in ('rollback.put-back', 'hold.ignored'))`,
    [service, runId],
  );
  return back.rows.map(({ told: about, ...release }) =>
    incidentOver(release, about, { kind: 'released', by }, at),
  );
}

type About = Pick<NewEvent, 'service' | 'deploymentId' | 'runId'> & { version: string | null };

const about = `service_key as service, deployment_id as "deploymentId", run_id as "runId",
  (select version from deployments where id = deployment_id) as version`;

function what({ version }: About): string {
  return version === null ? 'the version that was taken back' : `${version}, which was taken back,`;
}

async function tellOfHold(
  sql: Sql,
  { service, deploymentId, runId }: About,
  type: 'hold.released' | 'hold.kept',
  text: string,
  { at, by, id }: { at: number; by: string; id: string },
): Promise<void> {
  const event = { service, deploymentId, runId, type, at, text, data: { by, hold: id } };
  await insertEvents(sql, [eventAbout(event)]);
}
