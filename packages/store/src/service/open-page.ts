import { endingKinds } from '@lastgood/domain';
import { isPage } from '../outbox/lane.ts';

const kinds = endingKinds.map((kind) => `'${kind}'`).join(', ');

/** Whether somebody was woken for a deployment and it is not over, as SQL. The argument is SQL for its id. */
export function pageIsOpen(deployment: string): string {
  return `coalesce((select ${isPage('o')} from outbox o
    where o.incident = 'deployment/' || ${deployment} and (${isPage('o')} or o.notification ->> 'kind' in (${kinds}))
    order by o.id desc limit 1), false)`;
}
