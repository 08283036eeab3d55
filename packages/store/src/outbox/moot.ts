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

/**
 * Whether a row is not sent any more for that: it is moot, or is no page and stands before such a page, which may yet have arrived. A page that is not
 * moot is sent, for nobody else says what it says.
 */
export const isPassedOver = (
  row: string,
) => `(${isMoot(row)} or (not ${isPage(row)} and exists (select from outbox n
  where ${sameLane('n', row)} and n.status = 'pending' and n.id > ${row}.id and n.attempts > 0 and ${isMoot('n')})))`;

/** The same as `isMoot` of what was given up: so is the page, and nobody is told in its stead. */
export const wasMoot = (row: string) => isMootWhere(row, 'failed');
