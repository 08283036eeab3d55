/** A few at once, and nobody waits. */
export interface Places {
  /** Null where all are taken. Leaving twice is leaving once. */
  enter(): (() => void) | null;
}

export function createPlaces(atOnce: number): Places {
  let taken = 0;
  return {
    enter() {
      if (taken >= atOnce) return null;
      taken += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        taken -= 1;
      };
    },
  };
}
