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
  const keyOf = ({ notifier, to }: Place) => JSON.stringify([notifier, to]);
  return {
    /** @param fault null where nothing is wrong. True when something else is to be said of it than before. */
    report(place: Place, fault: ReceiverFault | null): boolean {
      const key = keyOf(place);
      const before = faults.get(key);
      if (fault) faults.set(key, fault);
      else faults.delete(key);
      return before?.reason !== fault?.reason || before?.path !== fault?.path;
    },
    /** Forgets what was wrong with any other place: nothing goes there any more. */
    keepOnly(places: readonly Place[]): void {
      const kept = new Set(places.map(keyOf));
      for (const key of faults.keys()) if (!kept.has(key)) faults.delete(key);
    },
    faultOf: (place: Place): ReceiverFault | null => faults.get(keyOf(place)) ?? null,
    /** All that is wrong at one notifier, places of any service included. */
    faultsAt: (notifier: string): ReceiverFault[] =>
      [...faults.values()].filter((fault) => fault.notifier === notifier),
  };
}

export type ReceiverBoard = ReturnType<typeof createReceiverBoard>;
