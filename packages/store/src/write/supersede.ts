import {
  type NewDeployment,
  type NewEvent,
  type Notification,
  type ReplacedRelease,
  supersededEvent,
  type ToldService,
  toldOfReplaced,
} from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { Batch } from './batch.ts';

/**
 * A new deployment ends the watch of every older one of its service: what they brought out no longer serves, so their
 * metrics would be judged on somebody else's behaviour. One whose watch had not ended is unproven for good.
 *
 * A rollback does the same, but the deployment it takes back is not called superseded: its watch is closed quietly and
 * the end of the run says what became of it. A deployment that arrives already closed is history written down late
 * (what served when the service was first applied) and disturbs nothing.
 */
export function supersedeOlder(batch: Batch, added: NewDeployment): void {
  const { add } = batch;
  const service = add(added.service);
  const older = `service_key = ${service} and release < (select release from held)`;
  const ends = "superseded_by is null and (watch_closed_at is null or status = 'in_progress')";
  const isLate = added.watchClosedAt !== null;
  batch.write(
    `update deployments set newest = false where ${older} and newest ${isLate ? '' : `and not (${ends})`}`,
  );
  if (isLate) return;
  const takenBack = add(takenBackBy(added));
  const closed = batch.write(
    `update deployments
     set newest = false, watch_closed_at = coalesce(watch_closed_at, ${add(instant(added.startedAt))}),
         superseded_by = case when id = ${takenBack}::text then null else ${add(added.id)}::text end,
         proof = case when proof = 'pending' then 'unproven' else proof end
     where id in (
       select id from deployments
       where ${older} and ${ends}
       order by id for no key update)
     returning ${told}`,
  );
  batch.answer('closed', `(select json_agg(c) from ${closed} c)`);
}

/** What is written of a release whose watch another one ends. */
export const told = 'id, service_key as service, release, version, commit, origin, status';

/** A deployment that was added, and the older ones whose watch it ended. */
export interface Added {
  row: NewDeployment;
  release: number;
  service: ToldService;
  closed: readonly ReplacedRelease[];
}

export function supersededEvents({ row, release, closed }: Added): NewEvent[] {
  return closed
    .filter(({ id }) => id !== takenBackBy(row))
    .map((older) => supersededEvent(older, { ...row, release }));
}

export function supersededNotifications({ row, release, service, closed }: Added): Notification[] {
  const replaced = closed.filter(({ id }) => id !== takenBackBy(row));
  return toldOfReplaced(replaced, { ...row, release }, service);
}

function takenBackBy({ origin, previousDeploymentId }: NewDeployment): string | null {
  return origin === 'rollback' ? previousDeploymentId : null;
}
