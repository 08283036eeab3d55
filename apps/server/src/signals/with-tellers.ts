import type { AlertMemory, SignalSource } from '@lastgood/domain';

/** The same memory: what it answers comes with who told it, where that is configured. */
export function withTellers(
  memory: AlertMemory,
  signals: ReadonlyMap<string, Pick<SignalSource, 'teller'>>,
): AlertMemory {
  return {
    async readAlerts(questions, at, signal) {
      const seen = await memory.readAlerts(questions, at, signal);
      return seen.map((one) => {
        const teller = signals.get(one.source)?.teller;
        return teller ? { ...one, teller } : one;
      });
    },
  };
}
