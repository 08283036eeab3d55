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

/** A place of which its receiver, asked, finds no fault. That a message arrives is not proven by that. */
export interface SoundPlace extends Place {
  /** When its receiver said so last, epoch milliseconds. */
  at: number;
}

/** Of so many it is remembered: routes of services name others as time goes by. */
const mostSound = 1_000;

/** What this replica found by asking receivers: written where they are asked, read by screens. */
export function createReceiverBoard() {
  const faults = new Map<string, ReceiverFault>();
  const sound = new Map<string, SoundPlace>();
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
    /** Nothing is wrong there, by its receiver's own word. */
    foundSound({ notifier, to }: Place, at: number): void {
      const key = keyOf({ notifier, to });
      // Last of all, so that those of which nothing was heard for longest go first.
      sound.delete(key);
      sound.set(key, { notifier, to, at });
      const [longest] = sound.keys();
      if (sound.size > mostSound && longest !== undefined) sound.delete(longest);
    },
    soundAt: (place: Place): number | null => sound.get(keyOf(place))?.at ?? null,
    faultOf: (place: Place): ReceiverFault | null => faults.get(keyOf(place)) ?? null,
    /** All that is wrong at one notifier, places of any service included. */
    faultsAt: (notifier: string): ReceiverFault[] =>
      [...faults.values()].filter((fault) => fault.notifier === notifier),
  };
}

export type ReceiverBoard = ReturnType<typeof createReceiverBoard>;
