/** How slow the machine itself was: the time a question took that nobody can make slow, asked again and again. */
export interface Pace {
  /** The longest that the plain question took at some time between two instants of `performance.now()`, in milliseconds. */
  slowestMs(from: number, to: number): number;
  stop(): Promise<void>;
}

export function keepPace(ask: () => Promise<unknown>): Pace {
  const asked: { from: number; to: number }[] = [];
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const from = performance.now();
      await ask();
      asked.push({ from, to: performance.now() });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    slowestMs(from, to) {
      const meanwhile = asked.filter((one) => one.from <= to && one.to >= from);
      return Math.max(0, ...meanwhile.map((one) => one.to - one.from));
    },
    async stop() {
      stopped = true;
      await loop;
    },
  };
}
