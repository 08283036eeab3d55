import {
  boundedFault,
  type Notifier,
  type NotifierFault,
  reachedPlaces,
  type Service,
  type TestedPlace,
  testedPlaces,
} from '@lastgood/domain';
import { type Clock, withCutOff } from '@lastgood/engine';
import { pathOf } from '../config/key-path.ts';
import type { ReceiverFault } from './receiver-board.ts';
import type { Receivers } from './receivers.ts';

/** As many places are asked about in one go. */
export const mostPlaces = 200;

/** Where the routes of the configuration lead, and every notifier by itself: it may be told by a service's routes. */
export function configuredPlaces(receivers: Receivers): TestedPlace[] {
  const named = testedPlaces(receivers);
  const others = receivers.notifiers
    .filter(({ name }) => !named.some((place) => place.notifier === name && place.to === null))
    .map(({ name }) => ({ notifier: name, to: null, routes: [] }));
  return [...named, ...others];
}

/** Where something of a service goes. */
export function placesOf(receivers: Receivers, service: Service): TestedPlace[] {
  return reachedPlaces(receivers, service).filter(({ notifier }) =>
    receivers.notifiers.some(({ name }) => name === notifier),
  );
}

/**
 * Asks the receivers whether their settings and these places work, all at once, and tells the board. Nobody is told anything there, and
 * of whom nothing is heard in time nothing is known. Returns what is wrong.
 *
 * @param onNews told of what is to be said otherwise than before
 */
export async function probeReceivers(
  { receivers, clock, withinMs }: { receivers: Receivers; clock: Clock; withinMs: number },
  places: readonly TestedPlace[],
  signal: AbortSignal,
  onNews: (place: TestedPlace, fault: ReceiverFault | null) => void = () => {},
): Promise<ReceiverFault[]> {
  const asked = places.slice(0, mostPlaces).map(async (place) => {
    const index = receivers.notifiers.findIndex(({ name }) => name === place.notifier);
    const notifier = receivers.notifiers[index];
    if (!notifier?.probe) return [];
    const found = await ask(notifier, place.to, { clock, withinMs, signal });
    if (found === 'unknown') return [];
    // Of a place to which nothing goes it is no fault that nobody says where it is.
    const isUnused = found?.unplaced === true && place.routes.length === 0;
    const fault = found && !isUnused ? faultAt(place, index, boundedFault(found), clock.now()) : null;
    if (found === null) receivers.board.foundSound(place, clock.now());
    if (receivers.board.report(place, fault)) onNews(place, fault);
    return fault ? [fault] : [];
  });
  return (await Promise.all(asked)).flat();
}

async function ask(
  notifier: Notifier,
  to: string | null,
  { clock, withinMs, signal }: { clock: Clock; withinMs: number; signal: AbortSignal },
): Promise<NotifierFault | null | 'unknown'> {
  try {
    const probe = async (deadline: AbortSignal) => notifier.probe?.(to, deadline);
    return (await withCutOff(clock, withinMs, signal, probe)) ?? null;
  } catch {
    return 'unknown';
  }
}

function faultAt(
  { notifier, to, routes }: TestedPlace,
  index: number,
  { setting, reason, advice }: NotifierFault,
  at: number,
): ReceiverFault {
  const entry = ['notifiers', String(index)];
  const path = setting === null ? (routes[0] ?? pathOf(entry)) : pathOf([...entry, setting]);
  return { ...{ notifier, to, reason, advice, at }, path };
}
