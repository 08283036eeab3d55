import { callingKinds } from '@lastgood/domain';

const isCall = (row: string) =>
  `${row}.notification ->> 'kind' in (${callingKinds.map((kind) => `'${kind}'`).join(', ')})`;

/** That all is over is told to nobody of whom a call stands; of what is over in part it says of what. */
const endsCall = (row: string) =>
  `(${row}.notification ->> 'kind' = 'incident_over'
    or (${row}.notification ->> 'kind' = 'partly_over' and ${row}.notification -> 'ends' ? 'rollback_suggested'))`;

/** See `Watched.toldOverAt`. The argument is SQL for the deployment's id. */
export function toldOverAt(deployment: string): string {
  const called = `select max(c.id) from outbox c where c.incident = o.incident and c.notifier = o.notifier
    and c.to_place is not distinct from o.to_place and ${isCall('c')}`;
  return `(select max(o.created_at) from outbox o where o.incident = 'deployment/' || ${deployment}
    and o.status <> 'failed' and ${endsCall('o')} and o.id > (${called}))`;
}
