/** Rows that a transaction holds until its end. */
export interface RowLocks {
  isHeld(id: string): boolean;
  /** Waits for the row, and gives back how to let go of it. */
  take(id: string): Promise<() => void>;
}

export function createRowLocks(): RowLocks {
  const held = new Map<string, Promise<void>>();
  return {
    isHeld: (id) => held.has(id),
    async take(id) {
      while (held.has(id)) await held.get(id);
      let release = () => {};
      held.set(
        id,
        new Promise((resolve) => {
          release = () => {
            held.delete(id);
            resolve();
          };
        }),
      );
      return release;
    },
  };
}
