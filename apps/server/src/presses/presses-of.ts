import type { Notifier, Presses } from '@lastgood/domain';

/** The buttons that act, by the names of the notifiers that have some. */
export function pressesOf(notifiers: readonly Notifier[]): ReadonlyMap<string, Presses> {
  return new Map(notifiers.flatMap(({ name, presses }) => (presses ? [[name, presses] as const] : [])));
}
