import { calledKinds, endingKinds } from '@lastgood/domain';
import { isPage, sameLane } from './lane.ts';

const inText = (kinds: readonly string[]) => kinds.map((kind) => `'${kind}'`).join(', ');
const kindOf = (row: string) => `${row}.notification ->> 'kind'`;

/** `isMootBy`, of two rows of one lane. */
const ends = (later: string, row: string) => `(${kindOf(later)} in (${inText(endingKinds)})
  or (${kindOf(later)} = 'taken_on' and ${kindOf(row)} in (${inText(calledKinds)}))
  or (${kindOf(later)} = 'partly_over' and ${later}.notification -> 'ends' ? (${kindOf(row)})))`;

const isMootWhere = (row: string, status: string) => `(${isPage(row)} and exists (select from outbox m
  where ${sameLane('m', row)} and m.status = '${status}' and m.id > ${row}.id and ${ends('m', row)}))`;

/**
 * Whether a row is a page that waits though a later one of its lane, which waits too, says that it is over or that somebody is at it: that one
 * is sent in its stead, and closes it as it arrives. What came later and has arrived does not count: of rows that become visible out of order it
 * is not known which is true. The argument is an SQL name.
 */
export const isMoot = (row: string) => isMootWhere(row, 'pending');

/** The same of what was given up: so is the page, and nobody is told in its stead. */
export const wasMoot = (row: string) => isMootWhere(row, 'failed');

/**
 * Rows that are not sent any more for that: moot ones, and what is no page and stands before one that may yet have arrived. A page that is not moot is
 * sent, for nobody else says what it says. Asked once and not for each row: as a rule there are none.
 * @param chosen whether a row is among those that are asked for, by its SQL name
 */
export const passedOverText = (chosen: (row: string) => string) => `
  moot as materialized (
    select p.id, p.incident, p.notifier, p.to_place, p.attempts from outbox p
    where p.status = 'pending' and ${chosen('p')} and ${isMoot('p')}),
  passed_over as materialized (
    select id from moot union
    select e.id from moot n join outbox e on ${sameLane('e', 'n')} and e.status = 'pending' and e.id < n.id
    where n.attempts > 0 and not ${isPage('e')})`;

/** Where a statement begins with `passedOverText`. */
export const isPassedOver = (row: string) => `${row}.id in (select id from passed_over)`;
