import type { Place } from '@lastgood/domain';

/** What a receiver says is wrong with its settings, or with a place at it. */
export interface ReceiverFault extends Place {
  /** The setting that has to change, as the configuration writes it: "notifiers.2.token". */
  path: string;
  reason: string;
  advice: string;
  /** When its receiver said so, epoch milliseconds. */
  at: number;
}

/** What this replica found by asking receivers: written where they are asked, read by screens. */
export function createReceiverBoard() {
  const faults = new Map<string, ReceiverFault>();
  /** When its receiver, asked, found no fault there last, epoch milliseconds. That a message arrives is not proven by that. */
  const sound = new Map<string, number>();
  const keyOf = ({ notifier, to }: Place) => JSON.stringify([notifier, to]);
  return {
    /** @param fault null where nothing is wrong. True when something else is to be said of it than before. */
    report(place: Place, fault: ReceiverFault | null): boolean {
      const key = keyOf(place);
      const before = faults.get(key);
      if (fault) {
        faults.set(key, fault);
        sound.delete(key);
      } else faults.delete(key);
      return before?.reason !== fault?.reason || before?.path !== fault?.path;
    },
    /** Forgets what was found at any other place: nothing goes there any more. */
    keepOnly(places: readonly Place[]): void {
      const kept = new Set(places.map(keyOf));
      for (const found of [faults, sound]) {
        for (const key of found.keys()) if (!kept.has(key)) found.delete(key);
      }
    },
    /** Nothing is wrong there, by its receiver's own word at that instant, epoch milliseconds. */
    foundSound(place: Place, at: number): void {
      sound.set(keyOf(place), at);
    },
    soundAt: (place: Place): number | null => sound.get(keyOf(place)) ?? null,
    faultOf: (place: Place): ReceiverFault | null => faults.get(keyOf(place)) ?? null,
    /** All that is wrong at one notifier, places of any service included. */
    faultsAt: (notifier: string): ReceiverFault[] =>
      [...faults.values()].filter((fault) => fault.notifier === notifier),
  };
}

export type ReceiverBoard = ReturnType<typeof createReceiverBoard>;
