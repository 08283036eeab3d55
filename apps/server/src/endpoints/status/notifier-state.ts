import { outageImpact, placeName, type ServiceUses, withFullStop } from '@lastgood/domain';
import type { NotifierRow } from '@lastgood/store/views/status-rows';
import type { UntoldPlace } from '@lastgood/store/views/untold-places';
import { untoldInWords } from '../../outside/receivers-in-words.ts';
import { iso } from '../../wire/instant.ts';
import type { OutsideStatus } from './status-details-schema.ts';

export type Known = Pick<
  OutsideStatus,
  'kind' | 'name' | 'title' | 'state' | 'since' | 'reason' | 'notes'
> & {
  /** Of a notifier that is down: the only places of which that is known; all of it where they are not said. */
  places?: readonly string[] | null;
  /** Of who tells of alerts. */
  alerts?: OutsideStatus['alerts'];
};

/** What of a notifier is known by what it was sent. */
interface Sent {
  row: NotifierRow | undefined;
  /** The places that take nothing. */
  refusing: readonly UntoldPlace[];
}

export const placesOf = (notifier: string, places: readonly UntoldPlace[]): UntoldPlace[] =>
  places.filter((one) => one.notifier === notifier);

/**
 * A notifier shows how it is only by what it takes: nobody is called to see whether it would ring. One place of several that refuses what it
 * is sent says nothing of the others: where something has arrived since, the notifier is up, and the place is noted with whom it concerns.
 */
export function notifierState(
  { name, title }: Pick<Known, 'name' | 'title'>,
  { row, refusing }: Sent,
  { services, now }: { services: readonly ServiceUses[]; now: number },
): Known {
  const about = { kind: 'notifier', name, title } as const;
  const counts = row ? [...fellBack(row), ...givenUp(row)] : [];
  const arrived = row?.lastDeliveredAt ?? null;
  const down = downSince(row, arrived);
  if (down) {
    const isOfPlaces =
      (row?.unanswered ?? 0) === 0 && refusing.length > 0 && refusing.every((one) => one.refused);
    return {
      ...about,
      ...down,
      state: 'down',
      notes: counts,
      places: isOfPlaces ? refusing.map(placeName) : null,
    };
  }
  const concerns = (place: UntoldPlace) =>
    outageImpact({ ...about, places: [placeName(place)] }, services).sentence;
  return {
    ...{ ...about, state: arrived === null ? 'unknown' : 'up', since: iso(arrived), reason: null },
    notes: [
      ...refusing.map((one) => `${untoldInWords(one, now)} ${concerns(one)}`),
      ...(refusing.length === 0 && row ? refusedBeside(row) : []),
      ...counts,
    ],
  };
}

/** Of a place that takes other messages. */
function refusedBeside({ triedInVain: count, lastError }: NotifierRow): string[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 message that waits is' : `${count} messages that wait are`;
  return [withFullStop(`${what} refused${lastError === null ? '' : `: ${lastError}`}`)];
}

/** Null where what it was told last arrived, or something did at another place than refuses. */
function downSince(
  row: NotifierRow | undefined,
  arrived: number | null,
): Pick<Known, 'since' | 'reason'> | null {
  if (!row) return null;
  const { triedInVain, unanswered, refusedSince, lastGivenUp: gone } = row;
  const before = arrived ?? Number.NEGATIVE_INFINITY;
  const told = row.lastToldAt ?? Number.NEGATIVE_INFINITY;
  if (triedInVain > 0 && (unanswered > 0 || (refusedSince ?? told) >= told))
    return { since: iso(row.oldestWaitingAt), reason: row.lastError };
  // Nothing waits, and what it was told last it did not take.
  return gone && gone.at > before ? { since: iso(gone.at), reason: gone.reason } : null;
}

function fellBack({ fellBack: count }: NotifierRow): string[] {
  if (count === 0) return [];
  const were = count === 1 ? 'message that waits was' : 'messages that wait were';
  return [`${count} ${were} told to the fallback meanwhile.`];
}

function givenUp({ failed, lastGivenUp }: NotifierRow): string[] {
  if (failed === 0) return [];
  const why = lastGivenUp
    ? `, the last${lastGivenUp.to === null ? '' : ` to ${lastGivenUp.to}`}: ${lastGivenUp.reason}`
    : '.';
  return [`${failed} ${failed === 1 ? 'message was' : 'messages were'} given up in the last 24 hours${why}`];
}
