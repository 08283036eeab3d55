/** Who goes before those that read: acts, and the slot that is judged. While one of them is under way, reading stands back. */
export interface Precedence {
  isTaken(): boolean;
  /** Takes it until the function that is returned is called, once or more often. */
  take(): () => void;
  during<T>(act: () => Promise<T>): Promise<T>;
  /** Calls back whenever nobody has it any more. */
  onFree(listener: () => void): void;
}

export function createPrecedence(): Precedence {
  const listeners: (() => void)[] = [];
  let taken = 0;
  function take(): () => void {
    let given = false;
    taken += 1;
    return () => {
      if (given) return;
      given = true;
      taken -= 1;
      if (taken === 0) for (const listener of listeners) listener();
    };
  }
  return {
    isTaken: () => taken > 0,
    take,
    async during(act) {
      const giveBack = take();
      try {
        return await act();
      } finally {
        giveBack();
      }
    },
    onFree: (listener) => void listeners.push(listener),
  };
}
