import { goesByRoute, isRecord, type Notification } from './notification.ts';

/** A notifier, and where at its receiver; null for what its settings say. */
export interface Place {
  notifier: string;
  to: string | null;
}

export interface Destination extends Place {
  /** Not sent before this instant, epoch milliseconds; null: at once. */
  notBefore: number | null;
  /** All of them are told where this one cannot be. */
  fallback: readonly Place[];
}

/** Where a notification goes. Asked in the transaction that writes it, so it is pure. */
export type Route = (notification: Notification) => readonly Destination[];

/** One that is configured, and what it tells of. */
export interface KnownNotifier {
  name: string;
  hears: 'people' | 'records' | 'both';
}

/** Without any rule: every notifier that hears of such things. */
export function toEveryHearer(notifiers: readonly KnownNotifier[]): Route {
  return (notification) => {
    if (!goesByRoute(notification)) return [];
    return hearersOf(notification, notifiers).map((name) => {
      return { notifier: name, to: null, notBefore: null, fallback: [] };
    });
  };
}

/** The names of those that hear of such things. */
export function hearersOf(
  notification: Pick<Notification, 'kind'>,
  notifiers: readonly KnownNotifier[],
): string[] {
  const kind = isRecord(notification) ? 'records' : 'people';
  return notifiers.filter(({ hears }) => hears === 'both' || hears === kind).map(({ name }) => name);
}

/** A place as people name it: "chat (C0123456789)". */
export function placeName({ notifier, to }: Place): string {
  return to === null ? notifier : `${notifier} (${to})`;
}

/** "chat (#ops) and pager" */
export function placesInWords(places: readonly Place[]): string {
  return places.map(placeName).join(' and ');
}
