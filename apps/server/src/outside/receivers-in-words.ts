import {
  formatMoment,
  type Place,
  placeName,
  type Service,
  unheardPages,
  withFullStop,
} from '@lastgood/domain';
import type { UntoldPlace } from '@lastgood/store/views/untold-places';
import type { ReceiverFault } from './receiver-board.ts';
import type { Receivers } from './receivers.ts';

/** "notifiers.2.token: chat (#ops): The token was revoked. Make another one." */
export function faultInWords({ path, reason, advice, ...place }: ReceiverFault): string {
  return `${path}: ${placeName(place)}: ${reason} ${advice}`;
}

/**
 * That pages of a service reach nobody, why, and what to do; null where they do.
 *
 * @param untold places that did not take what they were sent lately: not every receiver can be asked beforehand
 */
export function unheardInWords(
  receivers: Receivers,
  service: Service,
  untold: readonly UntoldPlace[] = [],
  now = 0,
): string | null {
  const { board } = receivers;
  const whyNot = (place: Place): string | null => {
    const fault = board.faultOf(place);
    if (fault) return faultInWords(fault);
    const found = untold.find(({ notifier, to }) => notifier === place.notifier && to === place.to);
    return found
      ? `${untoldInWords(found, now)}${soundInWords(board.soundAt(place), found.since, now)}`
      : null;
  };
  const { events, places } = unheardPages(receivers, service, (place) => whyNot(place) !== null);
  if (events.length === 0) return null;
  const what = `Nobody is woken by this service (${events.join(', ')})`;
  if (places.length === 0)
    return `${what}: no notifier that tells people is configured. Add one under notifiers in the configuration.`;
  const why = places.flatMap((place) => whyNot(place) ?? []);
  return `${what}: ${why.join(' ')} lastgood notify test --service ${service.key} shows whether it works.`;
}

/** "chat (#ops) has taken nothing since 12:00:00 UTC: is_archived." */
export function untoldInWords({ reason, since, notifier, to }: UntoldPlace, now: number): string {
  return `${placeName({ notifier, to })} has taken nothing since ${formatMoment(since, now)}: ${withFullStop(reason)}`;
}

/** A token and a place that are in order do not show that a message arrives. */
function soundInWords(soundAt: number | null, since: number, now: number): string {
  if (soundAt === null || soundAt <= since) return '';
  return ` Asked at ${formatMoment(soundAt, now)}, its receiver finds nothing wrong with its settings; whether the next message arrives is not known.`;
}
