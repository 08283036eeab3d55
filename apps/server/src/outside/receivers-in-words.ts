import { placeName, type Service, unheardPages } from '@lastgood/domain';
import type { ReceiverFault } from './receiver-board.ts';
import type { Receivers } from './receivers.ts';

/** "notifiers.2.token: chat (#ops): The token was revoked. Make another one." */
export function faultInWords({ path, reason, advice, ...place }: ReceiverFault): string {
  return `${path}: ${placeName(place)}: ${reason} ${advice}`;
}

/** That pages of a service reach nobody, why, and what to do; null where they do. */
export function unheardInWords(receivers: Receivers, service: Service): string | null {
  const { board } = receivers;
  const { events, places } = unheardPages(receivers, service, (place) => board.faultOf(place) !== null);
  if (events.length === 0) return null;
  const what = `Nobody is woken by this service (${events.join(', ')})`;
  if (places.length === 0)
    return `${what}: no notifier that tells people is configured. Add one under notifiers in the configuration.`;
  const why = places.flatMap((place) => board.faultOf(place) ?? []).map(faultInWords);
  return `${what}: ${why.join(' ')} lastgood notify test --service ${service.key} shows whether it works.`;
}
