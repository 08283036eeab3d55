import type { Absence } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';

/** As long as this after the newest slot somebody may still be about to claim the next. */
const nextSlotMs = 60_000;

/**
 * When nothing was judged of a deployment's chunk since the deployment began: between two slots that have at least two missed ones
 * between them, and since the newest. Slots are claimed for every chunk, also while nothing is to be judged in it, so a gap
 * means that no replica was there, or none that reached the database.
 */
export async function loadAbsences(context: StoreContext, deploymentId: string): Promise<Absence[]> {
  const found = await context.sql<{ began: number; ended: number }>(
    `with own as (select chunk, started_at from deployments where id = $1)
     select coalesce((select max(p.slot) from slots p where p.chunk = s.chunk and p.slot < s.slot), own.started_at) as began,
       s.started as ended
     from slots s join own on own.chunk = s.chunk where s.missed >= 2 and s.slot > own.started_at
     union all
     select greatest(c.last_claimed, own.started_at), $2::timestamptz
     from chunks c join own on own.chunk = c.chunk
     where c.last_claimed < $2::timestamptz - $3 * interval '1 ms'
     order by 1`,
    [deploymentId, instant(context.now()), nextSlotMs],
  );
  return found.rows.map(({ began, ended }) => ({ from: began, to: ended }));
}
